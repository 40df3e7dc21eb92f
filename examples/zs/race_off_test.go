//go:build !race

package main_test

var underRace = []string{"build"}
