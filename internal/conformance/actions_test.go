package conformance

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/zstack"
)

// handMade are values for actions whose path asks for more than the catalogue's
// parameters say.
var handMade = map[string]map[string]any{
	"QueryVmInstanceMdevDeviceSpecRefAction": {"conditions": []any{"vmInstanceUuid=a"}},
	"QueryVmInstancePciDeviceSpecRefAction":  {"conditions": []any{"vmInstanceUuid=a"}},
}

// byPattern are strings for parameters with a pattern, by the first that fits.
var byPattern = []string{"text", "/text", "Large.1", "abc123", "20171114 10:20:57"}

func TestEveryActionTravels(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	require.Equal(t, len(api.Actions), registry.Len())
	for _, action := range api.Actions {
		t.Run(action.Name, func(t *testing.T) {
			t.Parallel()
			full := api.sample(action.Result, 3).(map[string]any)

			reply := http.StatusNoContent
			var body string
			c := newClient(t, func(r *http.Request) (*http.Response, error) {
				return answer(reply, body), nil
			}, zstack.WithLocation(time.UTC))
			a := filled(t, api, action)
			require.NoError(t, zstack.Validate(a))
			e, ok := registry.Lookup(action.Name)
			require.True(t, ok)

			require.NoError(t, c.Call(t.Context(), a, e.NewResult()), "204")
			reply, body = http.StatusOK, "{}"
			require.NoError(t, c.Call(t.Context(), a, e.NewResult()), "an empty object")
			text, err := json.Marshal(full)
			require.NoError(t, err)
			body = string(text)
			got := e.NewResult()
			require.NoError(t, c.Call(t.Context(), a, got), "a full reply")
			text, err = wire.Encode(got) // which shows secrets
			require.NoError(t, err)
			var back any
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, dated(full), back)
			raw, err := zstack.Do(t.Context(), c, a)
			require.NoError(t, err)
			require.JSONEq(t, body, string(raw))
		})
	}
}

// filled makes an action with every parameter set.
func filled(t *testing.T, api *api, action *catalog.Action) zstack.Action {
	t.Helper()
	params := api.params(action.Name)
	for _, p := range action.Params {
		if p.Regex != "" {
			params[p.Name] = fitting(t, action.Name, p.Name, params)
		}
	}
	maps.Copy(params, handMade[action.Name])
	if action.Session {
		params["sessionId"] = "0123456789abcdef0123456789abcdef"
	}
	return fill(t, action.Name, params)
}

// fitting finds a string that the action takes for a parameter with a pattern.
func fitting(t *testing.T, action, param string, params map[string]any) string {
	t.Helper()
	params = maps.Clone(params)
	for _, text := range byPattern {
		params[param] = text
		var refused *zstack.ValidationError
		err := zstack.Validate(fill(t, action, params))
		if !errors.As(err, &refused) || refused.Field != param {
			return text
		}
	}
	require.Fail(t, "no text fits", "%s of %s", param, action)
	return ""
}

// dated writes the server's timestamps as encoding/json writes times.
func dated(v any) any {
	switch v := v.(type) {
	case string:
		if v == "Nov 14, 2017 10:20:57 PM" {
			return "2017-11-14T22:20:57Z"
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = dated(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = dated(v[k])
		}
		return out
	}
	return v
}

func TestNoActionPanicsOnABadReply(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"nothing":     "",
		"cut":         `{"inventory": {"uuid": "a`,
		"HTML":        "<html><body>Bad Gateway</body></html>",
		"list":        "[]",
		"null":        "null",
		"text":        `"inventory"`,
		"two values":  "{} {}",
		"deep":        strings.Repeat(`{"inventory":`, 20_000),
		"not UTF-8":   "\xff\xfe",
		"error text":  `{"error": "no"}`,
		"error list":  `{"error": []}`,
		"only spaces": " \n ",
	}
	api := loadAPI(t)
	for _, action := range api.Actions {
		t.Run(action.Name, func(t *testing.T) {
			t.Parallel()
			e, ok := registry.Lookup(action.Name)
			require.True(t, ok)
			a := filled(t, api, action)
			for name, body := range bodies {
				c := newClient(t, func(r *http.Request) (*http.Response, error) {
					return answer(http.StatusOK, body), nil
				})
				err := c.Call(t.Context(), a, e.NewResult())
				var failed *zstack.Error
				require.ErrorAs(t, err, &failed, name)
				require.Equal(t, http.StatusOK, failed.Status, name)
				require.Equal(t, action.Name, failed.Action, name)
			}
		})
	}
}
