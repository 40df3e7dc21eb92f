package catdiff

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
)

// A section is a part of the report: what the changes in it are about.
type section int

const (
	actions section = iota
	parameters
	types
	fields
	values
	errorCodes
	behaviour
	sections // how many there are
)

var sectionNames = [sections]string{"Actions", "Parameters", "Types", "Fields", "Values", "Error codes", "Behaviour"}

// A sign says what happened to the subject of a change.
type sign int

const (
	removed sign = iota
	added
	changed
	signs // how many there are
)

var signTexts = [signs]string{"-", "+", "~"}

// A verdict says whether a change breaks callers, and why or why not. The reason
// is empty where there is nothing to explain.
type verdict struct {
	breaks bool
	why    string
}

// rank is where a change stands among those of its section.
func (v verdict) rank() int {
	if v.breaks {
		return 0
	}
	return 1
}

// A change is one line of the report.
type change struct {
	section section
	sign    sign
	subject string // "StopVmInstanceAction.stopHA"
	text    string // "maxLength: 4 → none"
	verdict verdict
}

// line is the change as it is printed.
func (c change) line() string {
	mark := " "
	if c.verdict.breaks {
		mark = "!"
	}
	text := mark + " " + signTexts[c.sign] + " " + c.subject
	if c.text != "" {
		text += ": " + c.text
	}
	if c.verdict.why != "" {
		text += " (" + c.verdict.why + ")"
	}
	return text
}

// A report is what a comparison found.
type report struct {
	changes []change
	// note says what could not be compared; it is empty when all was.
	note string
}

// sort puts the sections in their order and in each what breaks callers first.
func (r *report) sort() {
	slices.SortFunc(r.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.section, b.section), cmp.Compare(a.verdict.rank(), b.verdict.rank()),
			cmp.Compare(a.sign, b.sign), cmp.Compare(a.subject, b.subject), cmp.Compare(a.text, b.text))
	})
}

// write prints the table of counts and then the changes: all, or only those that
// break callers.
func (r *report) write(w io.Writer, onlyBreaking bool) error {
	out := bufio.NewWriter(w)
	r.writeTable(out)
	if r.note != "" {
		fmt.Fprintf(out, "\n%s\n", r.note)
	}
	list := r.changes
	if onlyBreaking {
		list = slices.DeleteFunc(slices.Clone(list), func(c change) bool { return !c.verdict.breaks })
	}
	if len(list) > 0 {
		fmt.Fprintf(out, "\n! breaks callers, - removed, + added, ~ changed\n")
	}
	for i, c := range list {
		if i == 0 || list[i-1].section != c.section {
			fmt.Fprintf(out, "\n%s\n", sectionNames[c.section])
		}
		fmt.Fprintln(out, c.line())
	}
	return out.Flush()
}

// writeTable prints how many changes there are of each kind.
func (r *report) writeTable(out io.Writer) {
	type row struct {
		bySign   [signs]int
		breaking int
	}
	var rows [sections]row
	var total row
	for _, c := range r.changes {
		for _, row := range []*row{&rows[c.section], &total} {
			row.bySign[c.sign]++
			if c.verdict.breaks {
				row.breaking++
			}
		}
	}
	const form = "%-12s%9v%9v%9v%11v\n"
	fmt.Fprintf(out, form, "", "added", "removed", "changed", "breaking")
	for s, r := range rows {
		fmt.Fprintf(out, form, sectionNames[s], r.bySign[added], r.bySign[removed], r.bySign[changed], r.breaking)
	}
	fmt.Fprintf(out, form, "Total", total.bySign[added], total.bySign[removed], total.bySign[changed], total.breaking)
}
