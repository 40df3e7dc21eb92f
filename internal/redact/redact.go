// Package redact knows what is secret in a string, and hides it: in the values of the
// secret types of package types, and in what the engine says to people.
package redact

import (
	"errors"
	"fmt"
	"strconv"
)

// Mask stands where a secret would.
const Mask = "***"

// ErrMasked is the error of reading a [Mask] where a secret is wanted.
var ErrMasked = errors.New("got " + Mask + ", which is written in place of a secret, want the secret")

// Format implements [fmt.Formatter] for a string of a secret type: it prints what package
// fmt would print for the string without its secrets. Package fmt does not ask it for the
// verbs %p and %w, which are mistakes here.
func Format(f fmt.State, verb rune, goType string, kind Kind, s string) {
	if verb == 'v' && f.Flag('#') {
		fmt.Fprint(f, GoString(goType, kind, s))
		return
	}
	fmt.Fprintf(f, fmt.FormatString(f, verb), String(kind, s))
}

// GoString implements [fmt.GoStringer] likewise.
func GoString(goType string, kind Kind, s string) string {
	return goType + "(" + strconv.Quote(String(kind, s)) + ")"
}
