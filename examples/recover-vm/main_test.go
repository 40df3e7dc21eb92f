package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	var out strings.Builder
	require.NoError(t, program().Execute(t.Context(), &out, nil))
	require.Regexp(t, `(?s)Created VM \w{32} "Test-VM": Running, IP address [\d.]+
Destroyed VM \w{32} "Test-VM": Destroyed, no IP address
Recovered VM \w{32} "Test-VM": Stopped, no IP address
  2 CPUs, 4096 MiB of memory`, out.String())
}

func TestOnAnotherNode(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"account":    {"ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "password"},
		"access key": {"ZSTACK_ACCESS_KEY_ID": "AKID", "ZSTACK_ACCESS_KEY_SECRET": "SECRET"},
		"session":    {"ZSTACK_SESSION_ID": "0123456789abcdef0123456789abcdef"},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t, zstacktest.WithLocation(time.Local), zstacktest.WithAccessKey("AKID", "SECRET"),
				zstacktest.WithSession("0123456789abcdef0123456789abcdef"))
			vm := node.Add("VmInstance", map[string]any{"name": "mine", "state": "Running"})
			t.Setenv("ZSTACK_ENDPOINT", node.URL)
			for key, value := range env {
				t.Setenv(key, value)
			}
			var out strings.Builder
			require.NoError(t, program().Execute(t.Context(), &out, []string{vm}))
			require.Contains(t, out.String(), "Recovered VM "+vm+` "mine": Stopped, no IP address`)
			require.Equal(t, "Stopped", node.Get("VmInstance", vm)["state"])
		})
	}
}

// Real nodes leave times out of what a recovery returns.
func TestTimesThatAreNotThere(t *testing.T) {
	t.Parallel()
	at := `"Nov 14, 2017 10:20:57 PM"`
	for name, test := range map[string]struct{ times, want string }{
		"both":         {`,"createDate":` + at + `,"lastOpDate":` + at, "  created 2017-11-14 22:20:57, last changed 2017-11-14 22:20:57\n"},
		"no change":    {`,"createDate":` + at, "  created 2017-11-14 22:20:57\n"},
		"no creation":  {`,"lastOpDate":` + at, "  last changed 2017-11-14 22:20:57\n"},
		"none of them": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = io.WriteString(w, `{"inventories":[]}`)
					return
				}
				_, _ = io.WriteString(w, `{"inventory":{"uuid":"1","cpuNum":2`+test.times+`}}`)
			}))
			t.Cleanup(server.Close)
			client, err := zstack.NewClient(server.URL, zstack.WithCredentials(zstack.Session("s")), zstack.WithLocation(time.UTC))
			require.NoError(t, err)
			var out strings.Builder
			require.NoError(t, recoverVM(t.Context(), &out, client, "1"))
			_, after, found := strings.Cut(out.String(), "root volume \n")
			require.True(t, found, out.String())
			require.Equal(t, test.want, after)
		})
	}
}

func TestARealNodeNeedsAVM(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "mn")
	require.ErrorContains(t, program().Execute(t.Context(), new(strings.Builder), nil), "want these: VM-UUID")
}
