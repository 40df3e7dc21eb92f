package zstack_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// asyncRead is a GET that runs as a job.
type asyncRead struct{}

func (asyncRead) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "SyncAction", Method: "GET", Path: "/sync", Session: true, Async: true}
}

// An option that has no meaning for a call is a mistake about one of them.
func TestOptionsWithoutAMeaningAreRefused(t *testing.T) {
	t.Parallel()
	options := func() map[string]zstack.CallOption { // new ones, since WithRaw is for one call at a time
		return map[string]zstack.CallOption{
			"WithJobUUID":      zstack.WithJobUUID(jobUUID),
			"WithAPITimeout":   zstack.WithAPITimeout(time.Minute),
			"WithPollInterval": zstack.WithPollInterval(time.Second),
			"WithProgress":     zstack.WithProgress(func(zstack.Progress) {}),
			"WithTimeout":      zstack.WithTimeout(time.Minute),
			"WithPageSize":     zstack.WithPageSize(10),
			"WithoutPrefetch":  zstack.WithoutPrefetch(),
			"WithParam":        zstack.WithParam("newer", 1),
			"WithRaw":          zstack.WithRaw(new(json.RawMessage)),
		}
	}
	type made func(context.Context, *zstack.Client, zstack.CallOption) error
	call := func(a zstack.Action) made {
		return func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error { return c.Call(ctx, a, nil, o) }
	}
	start := func(a zstack.Action) made {
		return func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			return c.Start(ctx, a, new(zstack.Job[vmResult]), o)
		}
	}
	do := func(a zstack.Action) made {
		return func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			_, err := zstack.Do(ctx, c, a, o)
			return err
		}
	}
	query := queryVM{Conditions: []string{}}
	changes := "WithAPITimeout WithJobUUID WithParam WithPollInterval WithProgress WithRaw WithTimeout"
	reads := "WithAPITimeout WithParam WithRaw WithTimeout"
	for name, test := range map[string]struct {
		call made
		have string // the options that have a meaning
	}{
		"Call of a change":             {call(recoverVM{UUID: vmUUID}), changes},
		"Start of a change":            {start(recoverVM{UUID: vmUUID}), changes},
		"Do of a change":               {do(recoverVM{UUID: vmUUID}), changes},
		"Call of a deletion":           {call(destroyVM{UUID: vmUUID}), changes},
		"Call of a synchronous change": {call(newAccount{Name: "n", Password: "p"}), changes},
		"Call of a read that is a job": {call(asyncRead{}), changes},
		"Call of a read":               {call(listVMs), reads},
		"Call of a query":              {call(query), reads},
		"Start of a query":             {start(query), reads},
		"Do of a query":                {do(query), reads},
		"Count": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			_, err := c.Count(ctx, query, o)
			return err
		}, "WithAPITimeout WithParam WithTimeout"},
		"First": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			return c.First(ctx, query, new(queryVMResult), o)
		}, reads},
		"One": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			return c.One(ctx, query, new(queryVMResult), o)
		}, reads},
		"Get": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			return c.Get(ctx, query, vmUUID, new(queryVMResult), o)
		}, reads},
		"Pager": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			p := zstack.NewPager(c, query, new(queryVMResult), o)
			p.Next(ctx)
			return p.Err()
		}, "WithAPITimeout WithPageSize WithParam WithTimeout WithoutPrefetch"},
		"ResumeJob": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			_, err := zstack.ResumeJob[vmResult](c, jobUUID, o).Wait(ctx)
			return err
		}, "WithPollInterval WithProgress WithRaw WithTimeout"},
		"LongJob": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			_, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(ctx, c, o)
			return err
		}, "WithJobUUID WithPollInterval WithProgress WithTimeout"},
		"Resume of a long job": {func(ctx context.Context, c *zstack.Client, o zstack.CallOption) error {
			_, err := zstack.LongJob(migrateVM{}).Resume(c, vmUUID, o).Wait(ctx)
			return err
		}, "WithPollInterval WithProgress WithTimeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var have []string
			options := options()
			for _, option := range slices.Sorted(maps.Keys(options)) {
				rec := record(transport(func(r *http.Request) (*http.Response, error) {
					body, err := json.Marshal(map[string]any{"total": 1, "inventories": []any{map[string]any{"uuid": vmUUID, "jobName": "APIMigrateVmMsg", "state": "Succeeded"}}, "inventory": map[string]any{"uuid": vmUUID}})
					require.NoError(t, err)
					return reply(200, string(body))
				}))
				err := test.call(t.Context(), clientOf(t, rec), options[option])
				if err == nil {
					have = append(have, option)
					continue
				}
				requireRefused(t, err, option, zstack.ConstraintConflict)
				require.Empty(t, rec.requests())
			}
			require.Equal(t, test.have, strings.Join(have, " "))
		})
	}
}
