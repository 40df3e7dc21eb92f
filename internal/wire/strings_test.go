package wire

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestKeeperKeepsTexts(t *testing.T) {
	t.Parallel()
	for _, budget := range []int{0, 10, leastSharing, 1 << 20} {
		t.Run(fmt.Sprint(budget, " bytes"), func(t *testing.T) {
			t.Parallel()
			k := new(keeper)
			for range 2 {
				k.begin(budget)
				var kept, want []string
				for i := range 3000 {
					text := strings.Repeat("x", i%1500) + fmt.Sprint(i%700)
					said := []byte(text)
					kept, want = append(kept, k.string(said)), append(want, text)
					clear(said) // the text was the caller's
				}
				k.end()
				require.Equal(t, want, kept)
			}
		})
	}
}

func TestKeeperSharesShortTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text   string
		budget int
		want   bool
	}{
		{"Running", leastSharing, true}, {"x", leastSharing, true}, {"c9f46b2e1d3f4c5aa0b1c2d3e4f50617", leastSharing, true},
		{strings.Repeat("x", longestShared), leastSharing, true}, {strings.Repeat("x", longestShared+1), leastSharing, false}, {"Running", leastSharing - 1, false},
	} {
		t.Run(fmt.Sprint(tt.text, " of ", tt.budget), func(t *testing.T) {
			t.Parallel()
			k := new(keeper)
			k.begin(tt.budget)
			a, b := k.string([]byte(tt.text)), k.string([]byte(tt.text))
			require.Equal(t, tt.want, unsafe.StringData(a) == unsafe.StringData(b))
			k.end()
			k.begin(tt.budget)
			require.NotSame(t, unsafe.StringData(a), unsafe.StringData(k.string([]byte(tt.text))), "another result has strings of its own")
		})
	}
}

// One string of a large reply keeps a chunk, and not all of it. Not parallel:
// others would allocate at the same time.
func TestAKeptStringKeepsLittle(t *testing.T) {
	type page struct {
		Inventories []inventory `json:"inventories"`
	}
	const rows = 20_000
	row := func(i int) string {
		return fmt.Sprintf(`{"uuid":"%032x","name":"%0200d"}`, i, i)
	}
	var text strings.Builder
	for i := range rows {
		text.WriteString("," + row(i))
	}
	body := []byte(`{"inventories":[` + text.String()[1:] + `]}`)
	text.Reset()
	read := func() string {
		var p page
		require.NoError(t, NewDecoder(time.UTC).Decode(body, &p))
		require.Len(t, p.Inventories, rows)
		return p.Inventories[rows/2].Name
	}
	before := heap()
	name := read()
	require.Less(t, int64(heap())-int64(before), int64(256<<10))
	require.Equal(t, fmt.Sprintf("%0200d", rows/2), name)
	runtime.KeepAlive(body)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // the first leaves what pools hold
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestHashTellsTextsApart(t *testing.T) {
	t.Parallel()
	slots := make(map[uint64]int)
	for i := range sharedTexts {
		slots[hash(fmt.Appendf(nil, "%032x", i*7919))%sharedTexts]++
	}
	most := 0
	for _, n := range slots {
		most = max(most, n)
	}
	require.Less(t, most, 12)
	require.Greater(t, len(slots), sharedTexts/2)
}
