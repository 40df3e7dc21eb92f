package main

import (
	"fmt"
	"slices"
	"strings"
)

// A row is one kind of work, with what it is to reach.
type row struct {
	name      string
	work      string
	about     string // what is measured, and how
	benchmark string // pattern of the benchmarks to run
	benchtime string
	quick     string // in a quick run; "1x" when it is empty
	samples   int
	cold      bool // it compiles much, and is left out of a quick run
	claims    []claim

	profiled    string // pattern of the benchmark to profile; empty for none
	profileTime string
}

// A claim is one figure that a row has to reach.
type claim struct {
	reach   string // for people
	value   value
	limit   float64
	atLeast bool // the limit is the least, not the most
	always  bool // it has to hold in every sample, not by the median
	unit    string
	figures []figure // what the value comes from
}

// A figure is a number beside a claim.
type figure struct {
	label string
	value value
	unit  string
}

// holds reports whether the samples reach what the claim says.
func (c *claim) holds(s series) bool {
	v := s.median()
	switch {
	case c.always && c.atLeast:
		v = slices.Min(s)
	case c.always:
		v = slices.Max(s)
	}
	if c.atLeast {
		return v >= c.limit
	}
	return v <= c.limit
}

// An outcome is a row that was run.
type outcome struct {
	row
	results results
}

// check reports whether the benchmarks gave every figure, once in each sample.
func (o *outcome) check(samples int) error {
	for _, c := range o.claims {
		values := []value{c.value}
		for _, f := range c.figures {
			values = append(values, f.value)
		}
		for _, v := range values {
			if n := len(v(o.results)); n != samples {
				return fmt.Errorf("%d of %d samples have the figures for %q", n, samples, c.reach)
			}
		}
	}
	return nil
}

func rowNamed(name string) (row, error) {
	if i := slices.IndexFunc(rows, func(r row) bool { return r.name == name }); i >= 0 {
		return rows[i], nil
	}
	return row{}, fmt.Errorf("there is no row %q; there are %s", name, strings.Join(names(), ", "))
}

func names() (list []string) {
	for _, r := range rows {
		list = append(list, r.name)
	}
	return list
}
