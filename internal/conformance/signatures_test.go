package conformance

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// signed is a request that the reference SDK signed with an access key.
type signed struct {
	Action        string
	TZ            string
	Method        string
	Path          string
	Date          string
	Authorization string
	StringToSign  string
	Params        map[string]any
}

func TestSignaturesAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	for i, row := range readRows[signed](t, "accesskey.jsonl") {
		for _, p := range api.actions[row.Action].Params {
			if v, ok := row.Params[p.Name]; ok && !api.fits(p.Type, v) {
				row.Params[p.Name] = api.sample(p.Type, 2)
			}
		}
		text, err := json.Marshal(row.Params)
		require.NoError(t, err)
		when, err := time.Parse("Mon, 02 Jan 2006 15:04:05", strings.TrimSuffix(row.Date, " "+row.TZ))
		require.NoError(t, err)
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(when)) // in the bubble's own time
			var got *http.Request
			c := newClient(t, func(r *http.Request) (*http.Response, error) {
				got = r
				return answer(http.StatusOK, "{}"), nil
			}, zstack.WithLocation(time.FixedZone(row.TZ, 0)))
			var params map[string]any
			require.NoError(t, json.Unmarshal(text, &params))
			_, err := zstack.Do(t.Context(), c, fill(t, row.Action, params))
			require.NoError(t, err, "row %d", i)
			require.Equal(t, row.Path, got.URL.EscapedPath())
			require.Equal(t, row.Date, got.Header.Get("Date"))
			require.Equal(t, row.Authorization, got.Header.Get("Authorization"), row.StringToSign)
		})
	}
}
