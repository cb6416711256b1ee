// Loaded after the first paint: where no Chinese font is installed, the browser fetches the few files it needs of this one.
import '@fontsource-variable/noto-sans-sc/wght.css'
