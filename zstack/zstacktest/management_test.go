package zstacktest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		opts []Option
		want string
	}{
		{name: "default", want: "5.3.20"},
		{name: "given", opts: []Option{WithVersion("4.8.22")}, want: "4.8.22"},
		{name: "old", opts: []Option{WithoutDuplicateCheck()}, want: "4.4.52"},
		{name: "old and given", opts: []Option{WithoutDuplicateCheck(), WithVersion("4.0.0")}, want: "4.0.0"},
		{name: "given and old", opts: []Option{WithVersion("4.0.0"), WithoutDuplicateCheck()}, want: "4.0.0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rep := newClient(t, tc.opts...).send("PUT", "/management-nodes/actions", `{"getVersion": {}}`)
			require.Equal(t, http.StatusOK, rep.status)
			require.Equal(t, tc.want, rep.body["version"])
		})
	}
}
