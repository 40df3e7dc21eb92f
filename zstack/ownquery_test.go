package zstack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// Queries of a caller's own, with no more than what paging needs, or less.
type (
	byKey struct {
		Conditions []string `json:"conditions"`
		SortBy     string   `json:"sortBy"`
		Limit      int      `json:"limit"`
	}
	byKeyToo struct {
		Conditions    []string `json:"conditions"`
		SortBy        *string  `json:"sortBy"`
		SortDirection string   `json:"sortDirection"`
		Limit         *int64   `json:"limit"`
		Fields        []string `json:"fields"`
	}
	byOffset struct {
		Limit int64 `json:"limit"`
		Start *int  `json:"start"`
	}
	byOffsetToo struct {
		Conditions     []string `json:"conditions"`
		Limit          *int32   `json:"limit"`
		Start          int32    `json:"start"`
		ReplyWithCount bool     `json:"replyWithCount"`
	}
	withoutLimit struct {
		Conditions []string `json:"conditions"`
		SortBy     *string  `json:"sortBy"`
		Start      *int32   `json:"start"`
	}
	onePage struct {
		Conditions []string `json:"conditions"`
		Limit      *int32   `json:"limit"`
	}
	unsorted struct {
		SortBy *string `json:"sortBy"`
		Limit  *int32  `json:"limit"`
	}
	limitedByText struct {
		Limit string `json:"limit"`
		Start *int32 `json:"start"`
	}
	oneCondition struct {
		Conditions string `json:"conditions"`
		Limit      *int32 `json:"limit"`
		Start      *int32 `json:"start"`
	}
	noQuery struct {
		Limit *int32 `json:"limit"`
		Start *int32 `json:"start"`
	}
	noCall struct {
		Limit *int32 `json:"limit"`
		Start *int32 `json:"start"`
	}
)

func (byKey) ActionInfo() *zstack.ActionInfo         { return &queryVMInfo }
func (byKeyToo) ActionInfo() *zstack.ActionInfo      { return &queryVMInfo }
func (byOffset) ActionInfo() *zstack.ActionInfo      { return &queryVMInfo }
func (byOffsetToo) ActionInfo() *zstack.ActionInfo   { return &queryVMInfo }
func (withoutLimit) ActionInfo() *zstack.ActionInfo  { return &queryVMInfo }
func (onePage) ActionInfo() *zstack.ActionInfo       { return &queryVMInfo }
func (unsorted) ActionInfo() *zstack.ActionInfo      { return &queryVMInfo }
func (limitedByText) ActionInfo() *zstack.ActionInfo { return &queryVMInfo }
func (oneCondition) ActionInfo() *zstack.ActionInfo  { return &queryVMInfo }
func (noCall) ActionInfo() *zstack.ActionInfo        { return nil }
func (noQuery) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "ListAction", Method: "GET", Path: "/vm-instances", Session: true}
}

func TestPagesOfAQueryOfOnesOwn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action zstack.Action
		want   []string // uuids
		key    bool
	}{
		"by key":                    {byKey{}, uuids(0, 1200), true},
		"by key, bounded":           {byKey{Limit: 700}, uuids(0, 700), true},
		"by key, from a pointer":    {&byKeyToo{Conditions: []string{"uuid!=" + uuids(0, 1)[0]}, Limit: new(int64(900)), Fields: []string{"name"}}, uuids(1, 901), true},
		"by offset":                 {byOffset{}, uuids(0, 1200), false},
		"by offset, bounded":        {byOffset{Limit: 800, Start: new(100)}, uuids(100, 900), false},
		"by offset with conditions": {byOffsetToo{Conditions: []string{"state=Running"}, ReplyWithCount: true}, uuids(0, 1200), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, c := nodeWithVMs(t, 1200)
			var page queryVMResult
			var got []string
			p := zstack.NewPager(c, test.action, &page)
			for p.Next(t.Context()) {
				for _, vm := range page.Inventories {
					got = append(got, vm.UUID)
				}
			}
			require.NoError(t, p.Err())
			require.Equal(t, test.want, got)
			require.Equal(t, !test.key, len(node.Requests()[1].Query["start"]) > 0)
		})
	}
}

func TestFirstOneAndGetOfAQueryOfOnesOwn(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 3)
	var result queryVMResult
	require.NoError(t, c.First(t.Context(), onePage{}, &result))
	require.Equal(t, uuids(0, 1)[0], result.Inventories[0].UUID)
	require.ErrorIs(t, c.One(t.Context(), onePage{}, &result), zstack.ErrMultiple)
	require.NoError(t, c.Get(t.Context(), unsorted{}, uuids(2, 3)[0], &result))
	require.Equal(t, uuids(2, 3)[0], result.Inventories[0].UUID)
}

func TestQueriesOfOnesOwnThatLackWhatIsNeeded(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	pager := func(a zstack.Action) error {
		p := zstack.NewPager(c, a, new(queryVMResult))
		p.Next(t.Context())
		return p.Err()
	}
	first := func(a zstack.Action) error { return c.First(t.Context(), a, new(queryVMResult)) }
	count := func(a zstack.Action) error {
		_, err := c.Count(t.Context(), a)
		return err
	}
	get := func(a zstack.Action) error { return c.Get(t.Context(), a, vmUUID, new(queryVMResult)) }
	for name, test := range map[string]struct {
		call              func(zstack.Action) error
		action            zstack.Action
		field, constraint string
	}{
		"no limit":                 {pager, withoutLimit{}, "limit", zstack.ConstraintUnknown},
		"no way to the next page":  {pager, onePage{}, "start", zstack.ConstraintUnknown},
		"no conditions":            {pager, unsorted{}, "start", zstack.ConstraintUnknown},
		"a text for a limit":       {pager, limitedByText{}, "limit", zstack.ConstraintType},
		"a text for conditions":    {pager, oneCondition{}, "conditions", zstack.ConstraintType},
		"no query":                 {pager, noQuery{}, "", zstack.ConstraintType},
		"no description":           {pager, noCall{}, "", zstack.ConstraintType},
		"First without a limit":    {first, withoutLimit{}, "limit", zstack.ConstraintUnknown},
		"Count without a count":    {count, byOffset{}, "count", zstack.ConstraintUnknown},
		"Count of no query":        {count, noQuery{}, "", zstack.ConstraintType},
		"Get of what is no query":  {get, noQuery{}, "", zstack.ConstraintType},
		"Get without description":  {get, noCall{}, "", zstack.ConstraintType},
		"First of what is no call": {first, noCall{}, "", zstack.ConstraintType},
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, test.call(test.action), test.field, test.constraint)
			require.Empty(t, rec.requests())
		})
	}
}

// Where there is no other way, the pages end with an error instead of being wrong.
func TestAQueryWithoutStartNeedsKeys(t *testing.T) {
	t.Parallel()
	p := zstack.NewPager(clientOf(t, fullPages(1100, "a=b")), byKey{}, new(queryVMResult))
	require.True(t, p.Next(t.Context()))
	require.False(t, p.Next(t.Context()))
	require.ErrorContains(t, p.Err(), "start")
	requireZError(t, p.Err())
}
