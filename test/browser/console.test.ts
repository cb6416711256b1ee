import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { accessibility } from './accessibility.ts'
import { analystWalk } from './analystWalk.ts'
import { districtWalk } from './districtWalk.ts'
import { incidentWalk } from './incidentWalk.ts'
import { goneWalk, liveWalk } from './liveWalk.ts'
import { officerWalk } from './officerWalk.ts'
import { openDemo, type Stage } from './rig.ts'
import { rulesWalk } from './rulesWalk.ts'
import { upkeepWalk } from './upkeepWalk.ts'
import { whyNotWalk } from './whyNotWalk.ts'

// One demo and one browser for all walks: a day of it takes its time.
let browser: Browser
let stage: Stage

beforeAll(async () => {
  ;[browser, stage] = await Promise.all([openBrowser(), openDemo(23)])
}, 420_000)

afterAll(async () => {
  await browser?.close()
  await stage?.server.stop()
})

const theBrowser = () => browser
const theStage = () => stage

incidentWalk(theBrowser, theStage, 'zh')
incidentWalk(theBrowser, theStage, 'en')
officerWalk(theBrowser, theStage, 'zh')
officerWalk(theBrowser, theStage, 'en')
analystWalk(theBrowser, theStage, 'zh')
analystWalk(theBrowser, theStage, 'en')
whyNotWalk(theBrowser, theStage, 'zh')
whyNotWalk(theBrowser, theStage, 'en')
rulesWalk(theBrowser, theStage, 'zh')
rulesWalk(theBrowser, theStage, 'en')
upkeepWalk(theBrowser, theStage, 'zh')
upkeepWalk(theBrowser, theStage, 'en')
districtWalk(theBrowser, theStage, 'zh')
districtWalk(theBrowser, theStage, 'en')
liveWalk(theBrowser, theStage)
accessibility(theBrowser, theStage)
goneWalk(theBrowser, theStage)
