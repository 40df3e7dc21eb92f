package zstack_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestPagesFollowTheLastUUID(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 1200)
	_, err := pages(t.Context(), c, queryVM{Conditions: []string{"state=Running"}})
	require.NoError(t, err)
	var got []string
	for _, r := range node.Requests() {
		got = append(got, fmt.Sprintf("%v%v%v%v", r.Query["q"], r.Query["limit"], r.Query["start"], r.Query["sort"]))
	}
	require.Equal(t, []string{
		"[state=Running][500][][+uuid]",
		fmt.Sprintf("[state=Running uuid>%032x][500][][+uuid]", 499),
		fmt.Sprintf("[state=Running uuid>%032x][500][][+uuid]", 999),
	}, got)
}

func TestPagesByOffset(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]queryVM{
		"own order":      {SortBy: new("name"), SortDirection: new("desc")},
		"uuids backward": {SortBy: new("uuid"), SortDirection: new("desc")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, c := nodeWithVMs(t, 1200)
			var page queryVMResult
			var names []string
			p := zstack.NewPager(c, action, &page)
			for p.Next(t.Context()) {
				for _, vm := range page.Inventories {
					names = append(names, vm.Name)
				}
			}
			require.NoError(t, p.Err())
			require.Len(t, names, 1200)
			slices.Sort(names)
			require.Len(t, slices.Compact(names), 1200)
			for _, r := range node.Requests()[1:] {
				require.NotEmpty(t, r.Query["start"])
				require.Empty(t, r.Query["q"])
			}
		})
	}
}

func TestOwnOrderIsKept(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 600)
	var page queryVMResult
	var names []string
	p := zstack.NewPager(c, queryVM{SortBy: new("name"), SortDirection: new("desc")}, &page)
	for p.Next(t.Context()) {
		for _, vm := range page.Inventories {
			names = append(names, vm.Name)
		}
	}
	require.NoError(t, p.Err())
	require.True(t, slices.IsSortedFunc(names, func(a, b string) int { return -compareText(a, b) }))
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestStartAndLimitTogether(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 1200)
	got, err := pages(t.Context(), c, queryVM{Start: new(int32(100)), Limit: new(int32(700)), SortBy: new("uuid")})
	require.NoError(t, err)
	require.Equal(t, uuids(100, 800), got)
}

func TestStartIsSkippedOnceAndTheKeyFollows(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]queryVM{
		"no order":        {Start: new(int32(100))},
		"order of uuids":  {Start: new(int32(100)), SortBy: new("uuid")},
		"fields, no uuid": {Start: new(int32(100)), Fields: []string{"name"}},
		"fields and uuid": {Start: new(int32(100)), Fields: []string{"uuid", "name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, c := nodeWithVMs(t, 1200)
			got, err := pages(t.Context(), c, action)
			require.NoError(t, err)
			require.Equal(t, uuids(100, 1200), got)
			first, second := node.Requests()[0].Query, node.Requests()[1].Query
			require.Equal(t, []string{"100"}, first["start"])
			require.Empty(t, first["q"])
			require.Empty(t, second["start"])
			require.Equal(t, []string{fmt.Sprintf("uuid>%032x", 599)}, second["q"])
			require.Equal(t, action.Fields != nil, len(second["fields"]) > 0)
		})
	}
}

func TestUUIDsThatNoConditionCanHoldArePagedByOffset(t *testing.T) {
	t.Parallel()
	for name, uuid := range map[string]string{"operator": "a>=b", "equals": "a=b", "words": "is null", "question": "a?=b", "quote": "a'b", "none": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(fullPages(1100, uuid))
			got, err := pages(t.Context(), clientOf(t, rec), queryVM{})
			require.NoError(t, err)
			require.Len(t, got, 1100)
			for i, r := range rec.requests() {
				require.Empty(t, r.URL.Query()["q"])
				if i > 0 {
					require.Equal(t, []string{fmt.Sprint(500 * i)}, r.URL.Query()["start"])
				}
			}
		})
	}
}

// Audits and the like have no uuid, but a number.
func TestRowsWithANumberAreReadByIt(t *testing.T) {
	t.Parallel()
	rec := record(transport(func(r *http.Request) (*http.Response, error) {
		from := 1
		_, _ = fmt.Sscanf(r.URL.Query().Get("q"), "id>%d", &from)
		body := ""
		for i := from + 1; i < min(from+501, 1200); i++ {
			body += fmt.Sprintf(`,{"id":%d}`, i)
		}
		return reply(200, `{"inventories":[`+body[1:]+`]}`)
	}))
	var page struct {
		Inventories []struct {
			ID int64 `json:"id"`
		} `json:"inventories"`
	}
	seen := int64(1)
	p := zstack.NewPager(clientOf(t, rec), queryVM{}, &page)
	for p.Next(t.Context()) {
		for _, row := range page.Inventories {
			seen++
			require.Equal(t, seen, row.ID)
		}
	}
	require.NoError(t, p.Err())
	require.EqualValues(t, 1199, seen)
	for i, r := range rec.requests() {
		require.Equal(t, "+id", r.URL.Query().Get("sort"))
		require.Equal(t, i > 0, r.URL.Query().Has("q"))
		require.False(t, r.URL.Query().Has("start"))
	}
}

func TestPointerRowsAreReadByKey(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 1200)
	var page struct {
		Inventories []*types.VmInstanceInventory `json:"inventories"`
	}
	p := zstack.NewPager(c, queryVM{}, &page)
	for p.Next(t.Context()) {
	}
	require.NoError(t, p.Err())
	require.NotEmpty(t, node.Requests()[1].Query["q"])
}

// More rows than were asked for are all that there are.
func TestAServerThatIgnoresTheLimit(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]queryVM{"by key": {}, "by offset": {SortBy: new("name")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, manyRows(501)))
			got, err := pages(t.Context(), clientOf(t, rec), action)
			require.NoError(t, err)
			require.Len(t, got, 501)
			rec.only(t)
		})
	}
}

func TestOffsetsThatDoNotFitEndThePages(t *testing.T) {
	t.Parallel()
	for _, options := range [][]zstack.CallOption{{zstack.WithoutPrefetch()}, nil} {
		rec := record(always(200, `{"inventories":[{"uuid":"a"},{"uuid":"b"}]}`))
		action := queryVM{Start: new(int32(math.MaxInt32)), SortBy: new("name")}
		p := zstack.NewPager(clientOf(t, rec), action, new(queryVMResult), append(options, zstack.WithPageSize(2))...)
		require.True(t, p.Next(t.Context()))
		require.False(t, p.Next(t.Context()))
		require.ErrorContains(t, p.Err(), "more rows than can be skipped")
		require.Len(t, rec.requests(), 1)
	}
}
