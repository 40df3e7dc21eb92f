package main

import (
	"fmt"
	"io"
	"strings"
)

// mostExamples is how many of many problems are told.
const mostExamples = 10

func (t *tally) problem(format string, args ...any) {
	t.problems = append(t.problems, fmt.Sprintf(format, args...))
}

// A report is lines of a name and a value, in columns.
type report struct{ names, values []string }

func (r *report) add(name, format string, args ...any) {
	r.names = append(r.names, name)
	r.values = append(r.values, fmt.Sprintf(format, args...))
}

// addTally adds what is known about the calls of one kind.
func (r *report) addTally(kind string, t *tally) {
	r.add(kind, "%d", t.calls)
	r.add("  done exactly once", "%d", t.once)
	r.add("  reported success", "%d", t.success)
	r.add("  doubled", "%d", t.doubled)
	r.add("  lost", "%d", t.lost)
	r.add("  success with a wrong result", "%d", t.wrong)
	r.add("  reported as failed", "%d", t.failures)
	r.add("  reported as failed, but there", "%d", t.hidden)
	r.add("  unknown outcomes", "%d, of which %d done and %d not done", t.unknown(), t.done, t.undone)
	r.add("  not waited for to the end", "%d", t.left)
	r.add("  took", "%s (half), %s (99 of 100), %s (all)", t.took(0.5), t.took(0.99), t.took(1))
}

func (r *report) print(out io.Writer) {
	width := 0
	for _, name := range r.names {
		width = max(width, len(name))
	}
	for i, name := range r.names {
		fmt.Fprintf(out, "%s:%s %s\n", name, strings.Repeat(" ", width-len(name)), r.values[i])
	}
}

// printSome prints the first of a list.
func printSome(out io.Writer, title string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(out, "%s:\n", title)
	for i, text := range list {
		if i == mostExamples {
			fmt.Fprintf(out, "  and %d more\n", len(list)-i)
			break
		}
		fmt.Fprintf(out, "  %s\n", text)
	}
}
