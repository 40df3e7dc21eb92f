package zstack_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// manyRows is a reply with n rows.
func manyRows(n int) string {
	return `{"schema":{},"inventories":[` + strings.TrimSuffix(strings.Repeat(`{"uuid":"a","vmNics":[{"ip":"1"},{"ip":"2"}]},`, n), ",") + `]}`
}

// Of a query without a limit the server returns 1,000 rows, and does not say
// whether there are more.
func TestAQueryThatTheServerCutsIsLogged(t *testing.T) {
	t.Parallel()
	typed := func(t *testing.T, c *zstack.Client, a queryVM) error {
		return c.Call(t.Context(), a, new(queryVMResult))
	}
	for name, test := range map[string]struct {
		action queryVM
		rows   int
		call   func(*testing.T, *zstack.Client, queryVM) error
		warns  bool
	}{
		"typed": {queryVM{}, 1000, typed, true},
		"no result": {queryVM{}, 1000, func(t *testing.T, c *zstack.Client, a queryVM) error {
			return c.Call(t.Context(), a, nil)
		}, true},
		"start given": {queryVM{Start: new(int32(5))}, 1000, typed, true},
		"Start": {queryVM{}, 1000, func(t *testing.T, c *zstack.Client, a queryVM) error {
			return c.Start(t.Context(), a, new(zstack.Job[queryVMResult]))
		}, true},
		"Do": {queryVM{}, 1000, func(t *testing.T, c *zstack.Client, a queryVM) error {
			_, err := zstack.Do(t.Context(), c, a)
			return err
		}, true},
		"one row less":       {queryVM{}, 999, typed, false},
		"no such limit":      {queryVM{}, 1001, typed, false},
		"a limit of its own": {queryVM{Limit: new(int32(1000))}, 1000, typed, false},
		"First": {queryVM{}, 1000, func(t *testing.T, c *zstack.Client, a queryVM) error {
			return c.First(t.Context(), a, new(queryVMResult))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			c := clientOf(t, always(200, manyRows(test.rows)), zstack.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))))
			test.action.Conditions = []string{"name=x"}
			require.NoError(t, test.call(t, c, test.action))
			if !test.warns {
				require.Empty(t, log.String())
				return
			}
			var record map[string]any
			require.NoError(t, json.Unmarshal(log.Bytes(), &record), log.String())
			delete(record, "time")
			require.Equal(t, map[string]any{
				"level": "WARN", "msg": "zstack query without a limit returned the 1,000 rows that the server stops at; All reads every row",
				"action": "QueryVmInstanceAction", "method": "GET", "path": "/vm-instances",
			}, record)
		})
	}
}

func TestOtherListsAreNotTakenForCutQueries(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := clientOf(t, always(200, manyRows(1000)), zstack.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, c.Call(t.Context(), zqlQuery{Zql: new("query zone")}, nil))
	require.Empty(t, log.String())
}
