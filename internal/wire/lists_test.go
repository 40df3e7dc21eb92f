package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestListsHaveLittleMoreRoomThanTheyNeed(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	for _, count := range []int{1, 2, 3, 5, 15, 16, 17, 100, 1000, 20_000} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			t.Parallel()
			list := "[" + strings.TrimSuffix(strings.Repeat(`{"name":"a","vmNics":[{"name":"b"},{}]},`, count), ",") + "]"
			body := []byte(`{"inventories":` + list + `,"schema":{"` + strings.Repeat("x", len(list)/5) + `":""}}`)
			var v reply
			require.NoError(t, d.Decode(body, &v))
			require.Len(t, v.Inventories, count)
			require.LessOrEqual(t, cap(v.Inventories), count+count/3+1)
			for i := range v.Inventories {
				require.Len(t, v.Inventories[i].Nics, 2)
				require.LessOrEqual(t, cap(v.Inventories[i].Nics), 4)
			}
		})
	}
}

// After a machine with many NICs, those with one have room for few.
func TestListsForgetTheOneBefore(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	var v []inventory
	require.NoError(t, d.Decode([]byte(`[{"vmNics":[`+strings.Repeat(`{},`, 99)+`{}]},{"vmNics":[{}]},{"vmNics":[]}]`), &v))
	require.Len(t, v[0].Nics, 100)
	require.LessOrEqual(t, cap(v[1].Nics), 2)
	require.NotNil(t, v[2].Nics)
	require.Empty(t, v[2].Nics)
}

// Memory that a caller gives is used, and what was in it is gone.
func TestListsUseTheMemoryTheyAreGiven(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	memory := []inventory{{Name: "a", MemorySize: 1}, {Name: "b"}, {Name: "c"}}
	v := memory[:1]
	require.NoError(t, d.Decode([]byte(`[{"name":"x"},{"memorySize":2}]`), &v))
	require.Equal(t, []inventory{{Name: "x"}, {MemorySize: 2}}, v)
	require.Same(t, &memory[0], &v[0])
	require.Equal(t, "c", memory[2].Name)
}

// Short lists share memory, of which nobody sees another's part.
func TestListsAreAppendedToWithoutHarm(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	row := `{"vmNics":[{"name":"a"},{"name":"b"}],"tags":["x"]},`
	var v []inventory
	require.NoError(t, d.Decode([]byte("["+strings.Repeat(row, 1000)+`{"vmNics":[{"name":"a"}]}]`), &v))
	for i := range v {
		v[i].Nics = append(v[i].Nics, inventory{Name: "more"})
		v[i].Tags = append(v[i].Tags, "more")
	}
	for i := range v[:1000] {
		require.Equal(t, []inventory{{Name: "a"}, {Name: "b"}, {Name: "more"}}, v[i].Nics)
		require.Equal(t, []string{"x", "more"}, v[i].Tags)
	}
}
