// Package linkage holds the test that a program links only the actions it uses.
package linkage
