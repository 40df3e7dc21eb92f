package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const printed = `goos: linux
cpu: Some Processor
BenchmarkDecode/zstack-2         	       3	 300 ns/op	  72.31 MB/s	149401253 B/op	 1195141 allocs/op
BenchmarkDecode/encoding-json-2  	       3	 200 ns/op
PASS
`

func TestFiguresAreTakenOutOfWhatIsPrinted(t *testing.T) {
	t.Parallel()
	r := make(results)
	r.add(printed)
	r.add(strings.Replace(printed, " 300 ns/op", " 500 ns/op", 1))
	require.Equal(t, series{300, 500}, r["Decode/zstack ns/op"])
	require.Equal(t, series{1195141, 1195141}, r["Decode/zstack allocs/op"])
	require.Equal(t, series{1.5, 2.5}, nanoseconds("Decode/zstack").over(nanoseconds("Decode/encoding-json"))(r))
	require.Equal(t, series{0.1, 0.3}, nanoseconds("Decode/zstack").minus(nanoseconds("Decode/encoding-json")).times(1e-3)(r))
	require.Empty(t, allocations("Decode/zstack").over(allocations("Decode/encoding-json"))(r))
}

func TestMedian(t *testing.T) {
	t.Parallel()
	require.Equal(t, 2.0, series{3, 1, 2}.median())
	require.Equal(t, 2.5, series{4, 1, 2, 3}.median())
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]string{
		0: "0", 0.30: "0.3", 0.0526: "0.0526", 1.254: "1.25", 12.34: "12.3", 100.4: "100", 1195141: "1,195,141", -123456: "-123,456", -0.25: "-0.25", 999: "999", 1000: "1,000",
	} {
		require.Equal(t, want, number(value))
	}
}

func TestSomeClaimsHaveToHoldAlways(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim claim
		want  bool
	}{
		{claim{limit: 2}, true},
		{claim{limit: 2, always: true}, false},
		{claim{limit: 3, always: true}, true},
		{claim{limit: 2, atLeast: true}, true},
		{claim{limit: 2, atLeast: true, always: true}, false},
		{claim{limit: 2.5, atLeast: true}, false},
	} {
		require.Equal(t, c.want, c.claim.holds(series{1, 2, 3}), "%+v", c.claim)
	}
}

func TestTheReportSaysWhatWasReached(t *testing.T) {
	t.Parallel()
	o := outcome{results: make(results), row: row{work: "Read", about: "How it is read.", claims: []claim{
		{reach: "at most 0.30 of encoding/json", limit: 0.30, value: nanoseconds("Decode/zstack").over(nanoseconds("Decode/encoding-json")), figures: []figure{{"SDK", nanoseconds("Decode/zstack"), "ns"}}},
		{reach: "at least 1", limit: 1, atLeast: true, unit: "s", value: nanoseconds("Decode/zstack")},
	}}}
	o.results.add(printed)
	o.results.add(strings.Replace(printed, " 300 ns/op", " 500 ns/op", 1))
	require.NoError(t, o.check(2))
	require.ErrorContains(t, o.check(3), "2 of 3 samples")
	text := document([]outcome{o}, machine{processor: "Some Processor", cores: 2, memory: "24 GB of memory", date: time.Date(2017, 11, 14, 0, 0, 0, 0, time.UTC)})
	require.Contains(t, text, "| Read | at most 0.30 of encoding/json | 2 (1.5 to 2.5) | SDK 400 ns | 2 | **no** |\n")
	require.Contains(t, text, "|  | at least 1 | 400 (300 to 500) s |  | 2 | yes |\n")
	require.Contains(t, text, "Some Processor, 2 cores, 24 GB of memory")
	require.Contains(t, text, "**Read.** How it is read.\n")
	for line := range strings.Lines(text) {
		require.True(t, len(line) <= 102 || line[0] == '|' || strings.HasPrefix(line, "Some"), line)
	}
}

func TestRowsHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, r := range rows {
		require.False(t, seen[r.name], r.name)
		seen[r.name] = true
		found, err := rowNamed(r.name)
		require.NoError(t, err)
		require.Equal(t, r.work, found.work)
		require.NotEmpty(t, r.claims)
		require.GreaterOrEqual(t, r.samples, 3)
	}
	_, err := rowNamed("none")
	require.Error(t, err)
}
