package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A series is one figure as the samples had it.
type series []float64

// results are series by the benchmark and the unit: "Decode/zstack ns/op".
type results map[string]series

// cores is what the testing package puts behind a benchmark's name.
var cores = regexp.MustCompile(`-\d+$`)

// add takes the figures out of what a run printed.
func (r results) add(text string) {
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(line, "Benchmark")
		words := strings.Fields(name)
		if !ok || len(words) < 4 {
			continue
		}
		name = cores.ReplaceAllString(words[0], "")
		for pair := range slices.Chunk(words[2:], 2) {
			if value, err := strconv.ParseFloat(pair[0], 64); err == nil && len(pair) == 2 {
				key := name + " " + pair[1]
				r[key] = append(r[key], value)
			}
		}
	}
}

// median is the value in the middle, or halfway between the two there.
func (s series) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	half := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[half-1] + sorted[half]) / 2
	}
	return sorted[half]
}

// A value computes a figure from others, sample by sample, so that what the machine
// did meanwhile hits both sides of a ratio. It is nil when a benchmark did not report
// what it needs.
type value func(results) series

// reported is a figure as a benchmark printed it.
func reported(key string) value {
	return func(r results) series { return r[key] }
}

// times scales a figure to another unit.
func (v value) times(factor float64) value {
	return v.with(v, func(x, _ float64) float64 { return x * factor })
}

// over is a ratio.
func (v value) over(w value) value {
	return v.with(w, func(x, y float64) float64 { return x / y })
}

// minus is a difference.
func (v value) minus(w value) value {
	return v.with(w, func(x, y float64) float64 { return x - y })
}

func (v value) with(w value, combine func(x, y float64) float64) value {
	return func(r results) series {
		left, right := v(r), w(r)
		if len(left) != len(right) {
			return nil
		}
		combined := make(series, len(left))
		for i := range left {
			combined[i] = combine(left[i], right[i])
		}
		return combined
	}
}
