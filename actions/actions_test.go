package actions_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
)

func TestActionShowsNoSecrets(t *testing.T) {
	t.Parallel()
	a := actions.LogInByAccountAction{AccountName: "admin", Password: "c0ffee", SessionID: "c0ffee", AccessKeyID: "key", AccessKeySecret: "c0ffee"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, v := range []any{a, &a} {
			text := fmt.Sprintf(verb, v)
			require.NotContains(t, text, "c0ffee")
			require.Contains(t, text, "admin")
		}
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("call", "action", a)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("call", "action", &a)
	require.NotContains(t, log.String(), "c0ffee")
	require.Contains(t, log.String(), "admin")
}

func TestActionReadsItsParameters(t *testing.T) {
	t.Parallel()
	var a actions.RecoverVmInstanceAction
	require.NoError(t, json.Unmarshal([]byte(`{"uuid": "15ad1fe0a1d24b3b8e7f2ee8a2c26d70", "sessionId": "s", "userTags": []}`), &a))
	require.Equal(t, "15ad1fe0a1d24b3b8e7f2ee8a2c26d70", a.UUID)
	require.Equal(t, "s", a.SessionID)
	require.NotNil(t, a.UserTags)
	require.Nil(t, a.SystemTags)
	require.Error(t, json.Unmarshal([]byte(`[]`), &a))
}
