package registry_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

// A counter is a server that answers everything alike and counts what it is sent.
type counter struct{ n atomic.Int64 }

func (c *counter) RoundTrip(*http.Request) (*http.Response, error) {
	c.n.Add(1)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// changes are names that say that an action changes something, whatever the catalogue
// says of it.
var changes = regexp.MustCompile(`^(Create|Update|Delete|Destroy|Expunge|Recover|Add|Remove|Attach|Detach|Change|Set|Start|Stop|Reboot|Submit|Cancel|LogIn|LogOut|Login|Renew)[A-Z]`)

// TestReadOnly calls every action with a client that must change nothing.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	for _, product := range []zstack.Product{zstack.Cloud, zstack.ZSphere, zstack.ZSvirt} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			server := new(counter)
			c, err := zstack.NewClient("mn", zstack.WithReadOnly(), zstack.WithProduct(product), zstack.WithRateLimiter(zstack.NewRateLimiter(1e6)),
				zstack.WithHTTPClient(&http.Client{Transport: server}), zstack.WithCredentials(zstack.Session("b86c9016b4f24953a9edefb53ca0678c")))
			require.NoError(t, err)
			queries, reads, refused := 0, 0, 0
			for e := range registry.All() {
				action, info, before := e.New(), e.Info(), server.n.Load()
				if info.Query {
					require.NoError(t, json.Unmarshal([]byte(`{"conditions": []}`), action), e.Name())
				}
				_, err := zstack.Do(t.Context(), c, action)
				sent := server.n.Load() > before
				if info.Reads || info.Query {
					require.NotErrorIs(t, err, zstack.ErrReadOnly, e.Name())
					require.NotRegexp(t, changes, e.Name())
					require.Equal(t, err == nil, sent, e.Name()) // what lacks a parameter is not sent
					reads++
					if info.Query && sent {
						queries++
					}
					continue
				}
				require.ErrorIs(t, err, zstack.ErrReadOnly, e.Name())
				require.False(t, sent, e.Name())
				refused++
			}
			require.Equal(t, registry.Len(), reads+refused)
			require.Greater(t, queries, 350)
			require.Greater(t, refused, 1400)
		})
	}
}
