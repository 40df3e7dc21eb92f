package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const introduction = "Written by `go run ./internal/benchmarks/report`, which runs the benchmarks of " +
	"internal/benchmarks. Each sample is a process that runs the SDK and then what it is compared with; " +
	"figures are medians over the samples, and ratios are taken within each sample first. The least and " +
	"the greatest stand in parentheses."

// document is the whole report.
func document(found []outcome, m machine) string {
	var b strings.Builder
	b.WriteString("# Performance\n\n" + wrap(introduction) + `
| Work | To reach | Measured | Figures | Samples | Reached |
| --- | --- | --- | --- | --- | --- |
`)
	for _, o := range found {
		work := o.work
		for _, c := range o.claims {
			s := c.value(o.results)
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %s |\n", work, c.reach, c.measured(s), c.details(o.results), len(s), c.verdict(s))
			work = ""
		}
	}
	b.WriteString("\n## Where\n\n" + m.String())
	b.WriteString("\n## What is measured\n")
	for _, o := range found {
		b.WriteString("\n" + wrap("**"+o.work+".** "+o.about))
	}
	return b.String()
}

// measured is a claim's value, with how far the samples lie apart.
func (c *claim) measured(s series) string {
	text := number(s.median())
	if least, most := number(slices.Min(s)), number(slices.Max(s)); least != most {
		text += " (" + least + " to " + most + ")"
	}
	return strings.TrimSpace(text + " " + c.unit)
}

func (c *claim) details(r results) string {
	var list []string
	for _, f := range c.figures {
		list = append(list, strings.TrimSpace(f.label+" "+number(f.value(r).median())+" "+f.unit))
	}
	return strings.Join(list, ", ")
}

func (c *claim) verdict(s series) string {
	if c.holds(s) {
		return "yes"
	}
	return "**no**"
}

// wrap breaks a string into lines.
func wrap(text string) string {
	const width = 100
	var b strings.Builder
	length := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case length == 0:
		case length+1+utf8.RuneCountInString(word) > width:
			b.WriteByte('\n')
			length = 0
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += utf8.RuneCountInString(word)
	}
	return b.String() + "\n"
}

// number writes three digits that count, and large numbers in full.
func number(v float64) string {
	digits := 0
	if size := math.Abs(v); size > 0 && size < 100 {
		digits = min(max(2-int(math.Floor(math.Log10(size))), 0), 4)
	}
	text := fmt.Sprintf("%.*f", digits, v)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		return whole + "." + fraction
	}
	return whole
}
