package zstack_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// nodeWithVMs returns a node with n VM instances, and their names by uuid.
func nodeWithVMs(t *testing.T, n int) (*zstacktest.Node, *zstack.Client) {
	t.Helper()
	node, c := nodeWithSession(t)
	for i := range n {
		// The order of names is not that of uuids.
		node.Add("VmInstance", map[string]any{"uuid": fmt.Sprintf("%032x", i), "name": fmt.Sprintf("vm%04d", (i*7)%n), "state": "Running"})
	}
	return node, c
}

// pages reads all pages and returns the rows' uuids.
func pages(ctx context.Context, c *zstack.Client, a queryVM) (uuids []string, err error) {
	var page queryVMResult
	p := zstack.NewPager(c, a, &page)
	for p.Next(ctx) {
		for _, vm := range page.Inventories {
			uuids = append(uuids, vm.UUID)
		}
	}
	return uuids, p.Err()
}

func uuids(from, to int) []string {
	var list []string
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprintf("%032x", i))
	}
	return list
}

func TestPagesHoldEveryRowOnce(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 1, 499, 500, 501, 1200} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			t.Parallel()
			_, c := nodeWithVMs(t, rows)
			got, err := pages(t.Context(), c, queryVM{})
			require.NoError(t, err)
			require.Equal(t, uuids(0, rows), got)
		})
	}
}

func TestRowsThatComeAndGoDoNotShiftThePages(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 1200)
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{}, &page)
	require.True(t, p.Next(t.Context()))
	for i := range 100 {
		node.Remove("VmInstance", fmt.Sprintf("%032x", i))
	}
	require.True(t, p.Next(t.Context()))
	require.Equal(t, fmt.Sprintf("%032x", 500), page.Inventories[0].UUID)
}

func TestLimitBoundsAllPages(t *testing.T) {
	t.Parallel()
	for limit, requests := range map[int32]int{0: 0, 1: 1, 500: 1, 501: 2, 1100: 3, 5000: 3} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			node, c := nodeWithVMs(t, 1200)
			got, err := pages(t.Context(), c, queryVM{Limit: &limit})
			require.NoError(t, err)
			require.Equal(t, uuids(0, min(int(limit), 1200)), got)
			require.Len(t, node.Requests(), requests)
		})
	}
}

func TestFieldsFillPartOfEachRow(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 3)
	fields := []string{"name"}
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{Fields: fields}, &page)
	require.True(t, p.Next(t.Context()))
	for _, vm := range page.Inventories {
		require.NotEmpty(t, vm.Name)
		require.NotEmpty(t, vm.UUID)
		require.Empty(t, vm.State)
	}
	require.Equal(t, []string{"name"}, fields)
}

// fullPages is a server with n rows, all with one uuid. It pages by offset alone.
func fullPages(n int, uuid string) transport {
	return func(r *http.Request) (*http.Response, error) {
		var start, limit int
		_, _ = fmt.Sscan(r.URL.Query().Get("start"), &start)
		_, _ = fmt.Sscan(r.URL.Query().Get("limit"), &limit)
		body := ""
		for i := start; i < min(start+limit, n); i++ {
			body += fmt.Sprintf(`,{"uuid":%q,"name":"%d"}`, uuid, i)
		}
		if body != "" {
			body = body[1:]
		}
		return reply(200, `{"inventories":[`+body+`]}`)
	}
}

func TestPagerDoesNotChangeTheAction(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 600)
	conditions := append(make([]string, 0, 8), "state=Running")
	action := queryVM{Conditions: conditions}
	_, err := pages(t.Context(), c, action)
	require.NoError(t, err)
	require.Equal(t, queryVM{Conditions: []string{"state=Running"}}, action)
	require.Empty(t, conditions[:2][1])
}

func TestRowsKeptFromAnEarlierPageStayAsTheyAre(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 1200)
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{}, &page)
	require.True(t, p.Next(t.Context()))
	kept := page.Inventories
	first := &page.Inventories[0]
	require.True(t, p.Next(t.Context()))
	require.Equal(t, []string{uuids(0, 1)[0], uuids(0, 1)[0]}, []string{kept[0].UUID, first.UUID})
	require.Len(t, kept, 500)
}

func TestLeavingEarlyAsksForNoMore(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 1200)
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{}, &page, zstack.WithoutPrefetch())
	require.Empty(t, node.Requests())
	require.True(t, p.Next(t.Context()))
	require.Len(t, node.Requests(), 1)
	p.Close()
	require.False(t, p.Next(t.Context()))
	require.NoError(t, p.Err())
	require.Len(t, node.Requests(), 1)
}

func TestPagerEndsWithAnError(t *testing.T) {
	t.Parallel()
	calls := 0
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		if calls++; calls == 2 {
			return reply(503, `{"error":{"code":"SYS.1000"}}`)
		}
		return fullPages(2000, "u").RoundTrip(r)
	}))
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{}, &page)
	require.True(t, p.Next(t.Context()))
	require.False(t, p.Next(t.Context()))
	require.ErrorIs(t, p.Err(), types.SysInternal)
	require.False(t, p.Next(t.Context()))
	require.Equal(t, 2, calls)
}

func TestPagerEndsWithTheContext(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 1200)
	ctx, cancel := context.WithCancel(t.Context())
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{}, &page)
	require.True(t, p.Next(ctx))
	cancel()
	require.False(t, p.Next(ctx))
	require.ErrorIs(t, p.Err(), context.Canceled)
}

func TestPagerTakesCallOptions(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 1)
	p := zstack.NewPager(c, queryVM{}, new(queryVMResult), zstack.WithAPITimeout(time.Minute))
	require.True(t, p.Next(t.Context()))
	require.Equal(t, "60", node.Requests()[0].Header.Get("X-API-Timeout"))
}

func TestPagersRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action zstack.Action
		page   any
		field  string
	}{
		"count":              {queryVM{Count: new(true)}, new(queryVMResult), "count"},
		"no query":           {recoverVM{UUID: vmUUID}, new(queryVMResult), "*"},
		"nil action":         {nil, new(queryVMResult), ""},
		"nil pointer":        {(*queryVM)(nil), new(queryVMResult), ""},
		"bad action":         {badOption{}, new(queryVMResult), ""},
		"page size":          {queryVM{}, new(queryVMResult), "WithPageSize"},
		"job uuid":           {queryVM{}, new(queryVMResult), "WithJobUUID"},
		"negative limit":     {queryVM{Limit: new(int32(-1))}, new(queryVMResult), "limit"},
		"negative start":     {queryVM{Start: new(int32(-5)), SortBy: new("name")}, new(queryVMResult), "start"},
		"no rows, misread":   {queryVM{Limit: new(int32(0)), Conditions: zstack.Where(zstack.Eq("a", "b>=c"))}, new(queryVMResult), "conditions"},
		"nil page":           {queryVM{}, nil, "page"},
		"nil pointer, page":  {queryVM{}, (*queryVMResult)(nil), "page"},
		"page is no pointer": {queryVM{}, queryVMResult{}, "page"},
		"page has no rows":   {queryVM{}, new(vmResult), "page"},
		"rows are no list": {queryVM{}, new(struct {
			Inventories string `json:"inventories"`
		}), "page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			var options []zstack.CallOption
			switch name {
			case "page size":
				options = append(options, zstack.WithPageSize(0))
			case "job uuid":
				options = append(options, zstack.WithJobUUID(jobUUID))
			}
			p := zstack.NewPager(clientOf(t, rec), test.action, test.page, options...)
			require.False(t, p.Next(t.Context()))
			var refused *zstack.ValidationError
			require.ErrorAs(t, p.Err(), &refused)
			if test.field != "*" {
				require.Equal(t, test.field, refused.Field)
			}
			require.Empty(t, rec.requests())
		})
	}
}

func TestCountThatIsFalseIsFine(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 3)
	got, err := pages(t.Context(), c, queryVM{Count: new(false)})
	require.NoError(t, err)
	require.Len(t, got, 3)
}

func TestAnEmptyPagerSaysSo(t *testing.T) {
	t.Parallel()
	var p zstack.Pager
	require.False(t, p.Next(t.Context()))
	var refused *zstack.ValidationError
	require.ErrorAs(t, p.Err(), &refused)
}

func TestAServerThatIgnoresPagingEndsThePages(t *testing.T) {
	t.Parallel()
	rec := record(transport(func(*http.Request) (*http.Response, error) {
		return fullPages(1100, "same").RoundTrip(httptest.NewRequest("GET", "/?limit=500", nil))
	}))
	_, err := pages(t.Context(), clientOf(t, rec), queryVM{})
	var failed *zstack.Error
	require.ErrorAs(t, err, &failed)
	require.Len(t, rec.requests(), 2)
}

func TestAReplyWithoutInventoriesIsNoPage(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{}", `{"status":"ok"}`, `{"inventories":null}`} {
		p := zstack.NewPager(clientOf(t, always(200, body)), queryVM{}, new(queryVMResult))
		require.False(t, p.Next(t.Context()))
		var wrong *zstack.DecodeError
		require.ErrorAs(t, p.Err(), &wrong)
		require.Equal(t, "inventories", wrong.Field)
	}
}

func TestEveryPageHasTheTotalOfTheFirst(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 1200)
	var page queryVMResult
	var totals []int64
	p := zstack.NewPager(c, queryVM{ReplyWithCount: new(true)}, &page)
	for p.Next(t.Context()) {
		totals = append(totals, page.Total)
	}
	require.NoError(t, p.Err())
	require.Equal(t, []int64{1200, 1200, 1200}, totals)
	require.False(t, len(node.Requests()[1].Query["replyWithCount"]) > 0)
}

type keyBase struct {
	UUID string `json:"uuid"`
}

func TestPagesOfTypesOfOnesOwn(t *testing.T) {
	t.Parallel()
	var page struct {
		Inventories []struct {
			*keyBase
			Name string `json:"name"`
		} `json:"inventories"`
	}
	p := zstack.NewPager(clientOf(t, always(200, `{"inventories":[{"name":"a"}]}`)), queryVM{}, &page)
	require.True(t, p.Next(t.Context()))
	require.False(t, p.Next(t.Context()))
	require.NoError(t, p.Err())
	var embedded struct{ queryVMResult }
	p = zstack.NewPager(clientOf(t, always(200, `{"inventories":[{"name":"a"}],"total":1}`)), queryVM{}, &embedded)
	require.True(t, p.Next(t.Context()))
	require.Equal(t, "a", embedded.Inventories[0].Name)
	require.EqualValues(t, 1, embedded.Total)
}

// PageBase is a page that others embed.
type PageBase struct{ queryVMResult }

// Each page fills what is embedded anew, also where that is a pointer.
func TestPagesThatEmbedAPointer(t *testing.T) {
	t.Parallel()
	for _, size := range []int{500, 600} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			_, c := nodeWithVMs(t, 1300)
			var page struct{ *PageBase }
			var got []string
			p := zstack.NewPager(c, queryVM{ReplyWithCount: new(true)}, &page, zstack.WithPageSize(size))
			for p.Next(t.Context()) {
				for _, vm := range page.Inventories {
					got = append(got, vm.UUID)
				}
				require.EqualValues(t, 1300, page.Total)
			}
			require.NoError(t, p.Err())
			require.Equal(t, uuids(0, 1300), got)
		})
	}
}

// filteredQuery is a query of a caller's own with a parameter that no other has.
type filteredQuery struct {
	Conditions []string `json:"conditions" zstack:"required"`
	Limit      *int32   `json:"limit,omitzero"`
	Region     *string  `json:"region,omitzero"`
	Kinds      []string `json:"kinds,omitzero"`
}

func (filteredQuery) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "QueryFilteredAction", Method: "GET", Path: "/filtered", Session: true, Query: true}
}

func TestAQuerysOwnParametersAreSent(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"inventories":[]}`))
	query := filteredQuery{Conditions: zstack.Where(zstack.Eq("a", 1)), Region: new("east"), Kinds: []string{"x", "y"}}
	require.NoError(t, clientOf(t, rec).Call(t.Context(), query, nil))
	require.Equal(t, "q=a%3D1&region=east&kinds=x&kinds=y", rec.only(t).URL.RawQuery)
}
