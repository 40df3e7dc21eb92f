package faults

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWindow(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for name, test := range map[string]struct {
		at   []time.Duration // milliseconds
		peak int
	}{
		"none":              {nil, 0},
		"one":               {[]time.Duration{0}, 1},
		"far apart":         {[]time.Duration{0, 1000, 2000}, 1},
		"just within":       {[]time.Duration{0, 999}, 2},
		"across a boundary": {[]time.Duration{0, 600, 700, 1100, 1200, 2500}, 4},
		"at once":           {[]time.Duration{5, 5, 5}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w window
			for _, ms := range test.at {
				w.add(start.Add(ms * time.Millisecond))
			}
			require.Equal(t, test.peak, w.peak)
		})
	}
}
