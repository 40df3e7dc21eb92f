//go:build race

package zstack_test

// underRace makes long tests shorter: the race detector slows them tenfold.
const underRace = true
