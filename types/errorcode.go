package types

import (
	"strings"
)

// An ErrorCode is how the server reports what went wrong: a code for programs, a
// description of what the code means in general, the details of this case, and
// the errors behind it. It is an error value; the codes and causes of the whole
// chain are found by [errors.Is] and [errors.As].
type ErrorCode struct {
	// Code tells programs what went wrong.
	Code Code `json:"code,omitzero"`
	// Description says what the code means, whatever the case.
	Description string `json:"description,omitzero"`
	// Details says what happened this time.
	Details string `json:"details,omitzero"`
	// Elaboration is the server's advice to an administrator, where it has some.
	Elaboration string `json:"elaboration,omitzero"`
	// Location is the place in the server's code that reported the error.
	Location string `json:"location,omitzero"`
	// Cost says how long the server worked before it failed.
	Cost string `json:"cost,omitzero"`
	// Opaque holds further facts, which depend on the code.
	Opaque map[string]any `json:"opaque,omitzero"`
	// Cause is the error that led to this one.
	Cause *ErrorCode `json:"cause,omitzero"`
	// Causes are the errors that led to this one, where there was more than one.
	Causes []ErrorCode `json:"causes,omitzero"`

	concrete any
}

// maxErrorCodes is how many errors of one chain Error puts in words. What is
// beyond tells a reader nothing more, and a server can send any number.
const maxErrorCodes = 16

// Error puts the error and its causes in words, the outermost first.
func (e *ErrorCode) Error() string {
	if e == nil {
		return "no error"
	}
	var b strings.Builder
	left := maxErrorCodes
	e.describe(&b, &left)
	return b.String()
}

// describe writes the error and its causes as long as there are some left to
// write.
func (e *ErrorCode) describe(b *strings.Builder, left *int) {
	*left--
	b.WriteString(e.sentence())
	causes := 0
	for cause := range e.all() {
		switch {
		case *left <= 0:
			b.WriteString("; and more")
			return
		case causes == 0:
			b.WriteString("; caused by ")
		default:
			b.WriteString("; and by ")
		}
		causes++
		cause.describe(b, left)
	}
}

// sentence is the error without its causes: "SYS.1003, resource not found: no VM
// has this uuid".
func (e *ErrorCode) sentence() string {
	text := string(e.Code)
	if e.Description != "" {
		text = join(text, ", ", e.Description)
	}
	if e.Details != "" && e.Details != e.Description {
		text = join(text, ": ", e.Details)
	}
	if text == "" {
		return "an error without a code"
	}
	return text
}

// join puts a separator between two texts unless the first is empty.
func join(a, separator, b string) string {
	if a == "" {
		return b
	}
	return a + separator + b
}

// all iterates over the direct causes.
func (e *ErrorCode) all() func(yield func(*ErrorCode) bool) {
	return func(yield func(*ErrorCode) bool) {
		if e.Cause != nil && !yield(e.Cause) {
			return
		}
		for i := range e.Causes {
			if !yield(&e.Causes[i]) {
				return
			}
		}
	}
}

// Unwrap returns the direct causes.
func (e *ErrorCode) Unwrap() []error {
	if e == nil {
		return nil
	}
	var list []error
	for cause := range e.all() {
		list = append(list, cause)
	}
	return list
}

// Is reports whether target is this error's own [Code]; the codes of its causes
// are left to [errors.Is].
func (e *ErrorCode) Is(target error) bool {
	code, ok := target.(Code)
	return ok && e != nil && e.Code == code
}
