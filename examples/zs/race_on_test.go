//go:build race

package main_test

// underRace builds zs with the race detector, as its tests are.
var underRace = []string{"build", "-race"}
