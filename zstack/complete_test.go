package zstack_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// newKey creates something whose secret can come late.
type newKey struct {
	Name         string  `json:"name" zstack:"required"`
	ResourceUUID *string `json:"resourceUuid,omitzero"`
}

var newKeyInfo = zstack.ActionInfo{
	Name: "CreateKeyAction", Method: "POST", Path: "/keys", Body: "params", Async: true, Session: true,
	ResourceUUID: "resourceUuid", PollAfter: 250 * time.Millisecond, Complete: "secret",
	SettledBy: &zstack.ActionInfo{Name: "QueryKeyAction", Method: "GET", Path: "/keys", Session: true, Query: true, Reads: true},
}

func (newKey) ActionInfo() *zstack.ActionInfo { return &newKeyInfo }

type newKeyResult struct {
	Inventory *struct {
		UUID   string `json:"uuid"`
		Secret string `json:"secret"`
	} `json:"inventory"`
}

// A keyMaker is a server whose keys have their secret from a look on.
type keyMaker struct {
	result string // of the job
	look   func(n int) (status int, body string)

	began, polled time.Time
	looks         int
}

func (m *keyMaker) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case r.Method == http.MethodPost:
		m.began = time.Now()
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	case strings.Contains(r.URL.Path, "/api-jobs/"):
		if m.polled.IsZero() {
			m.polled = time.Now()
		}
		return reply(200, m.result)
	}
	m.looks++
	if r.URL.Path != "/zstack/v1/keys/k" {
		return reply(404, "no api mapping")
	}
	return reply(m.look(m.looks))
}

func TestAResultIsCompletedFromItsRow(t *testing.T) {
	t.Parallel()
	const bare, whole = `{"inventories":[{"uuid":"k"}]}`, `{"inventories":[{"uuid":"k","secret":"c0ffee"}]}`
	fromLook := func(first int) func(int) (int, string) {
		return func(n int) (int, string) {
			if n < first {
				return 200, bare
			}
			return 200, whole
		}
	}
	for name, test := range map[string]struct {
		result string
		look   func(int) (int, string)
		looks  int
		secret string // empty where it stays missing
	}{
		"it is there":        {`{"inventory":{"uuid":"k","secret":"5ec2e7"}}`, fromLook(1), 0, "5ec2e7"},
		"it is in the row":   {`{"inventory":{"uuid":"k"}}`, fromLook(1), 1, "c0ffee"},
		"it is empty":        {`{"inventory":{"uuid":"k","secret":""}}`, fromLook(1), 1, "c0ffee"},
		"it is null":         {`{"inventory":{"uuid":"k","secret":null}}`, fromLook(1), 1, "c0ffee"},
		"later":              {`{"inventory":{"uuid":"k"}}`, fromLook(4), 4, "c0ffee"},
		"never":              {`{"inventory":{"uuid":"k"}}`, fromLook(100), 5, ""},
		"no row":             {`{"inventory":{"uuid":"k"}}`, func(int) (int, string) { return 200, `{"inventories":[]}` }, 5, ""},
		"it cannot be read":  {`{"inventory":{"uuid":"k"}}`, func(int) (int, string) { return 403, "no" }, 1, ""},
		"the way was broken": {`{"inventory":{"uuid":"k"}}`, func(n int) (int, string) { return map[bool]int{true: 502, false: 200}[n == 1], whole }, 2, "c0ffee"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := &keyMaker{result: test.result, look: test.look}
				c := clientOf(t, node, zstack.WithMaxRetries(0))
				var result newKeyResult
				err := c.Call(t.Context(), newKey{Name: "n"}, &result)
				require.Equal(t, test.looks, node.looks)
				if test.secret != "" {
					require.NoError(t, err)
					require.Equal(t, test.secret, result.Inventory.Secret)
					return
				}
				var incomplete *zstack.IncompleteError
				require.ErrorAs(t, err, &incomplete)
				require.Equal(t, [2]string{"k", "secret"}, [2]string{incomplete.ResourceUUID, incomplete.Member})
				require.Equal(t, "CreateKeyAction", requireZError(t, err).Action)
				require.ErrorContains(t, err, "with the uuid k, but its secret did not come")
			})
		})
	}
}

func TestAResultWithoutAnInventoryIsNotCompleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := &keyMaker{result: `{"inventory":null}`}
		var result newKeyResult
		require.NoError(t, clientOf(t, node).Call(t.Context(), newKey{Name: "n"}, &result))
		require.Nil(t, result.Inventory)
		require.Zero(t, node.looks)
	})
}

func TestTheFirstPollWaitsAsLongAsTheActionSays(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]zstack.CallOption{"by the schedule": nil, "by an interval": {zstack.WithPollInterval(time.Millisecond)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := &keyMaker{result: `{"inventory":{"uuid":"k","secret":"s"}}`}
				require.NoError(t, clientOf(t, node).Call(t.Context(), newKey{Name: "n"}, nil, options...))
				require.Equal(t, 250*time.Millisecond, node.polled.Sub(node.began))
			})
		})
	}
}
