package actions_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
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
	require.Equal(t, types.Secret("s"), a.SessionID)
	require.NotNil(t, a.UserTags)
	require.Nil(t, a.SystemTags)
	require.Error(t, json.Unmarshal([]byte(`[]`), &a))
}

// TestAStoredActionIsNotSentWithMasks marshals an action as a queue does.
func TestAStoredActionIsNotSentWithMasks(t *testing.T) {
	t.Parallel()
	stored, err := json.Marshal(actions.LogInByAccountAction{AccountName: "admin", Password: "c0ffee"})
	require.NoError(t, err)
	require.JSONEq(t, `{"accountName": "admin", "password": "***"}`, string(stored))
	var a actions.LogInByAccountAction
	err = json.Unmarshal(stored, &a)
	var invalid *zstack.ValidationError
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "password", invalid.Field)
	require.ErrorContains(t, err, "written in place of a secret")
}

// TestAnAddressShowsAllButItsPassword is case D6 of what users ran into.
func TestAnAddressShowsAllButItsPassword(t *testing.T) {
	t.Parallel()
	var a actions.AddImageAction
	require.NoError(t, json.Unmarshal([]byte(`{"name": "base", "url": "sftp://uploader:not-a-real-pw@files.example/base.qcow2",
		"backupStorageUuids": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}`), &a))
	require.Equal(t, "sftp://uploader:not-a-real-pw@files.example/base.qcow2", string(a.URL))
	const shown = "sftp://uploader:***@files.example/base.qcow2"
	require.Contains(t, fmt.Sprintf("%+v", a), "URL:"+shown)
	stored, err := json.Marshal(a)
	require.NoError(t, err)
	require.JSONEq(t, `{"name": "base", "url": "`+shown+`", "backupStorageUuids": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}`, string(stored))
}
