import { follow } from "./follow.ts"
import { schedule } from "./schedule.ts"
import { seedsOf, testSeeds } from "./seeds.ts"

testSeeds(
  "a deploy with the faults of seed %i ends complete and verified, or as before, and the next one succeeds",
  seedsOf("FAULT_SEEDS", 50),
  schedule,
  follow,
)
