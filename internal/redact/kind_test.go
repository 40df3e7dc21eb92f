package redact

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		kind      Kind
		s, masked string
		secrets   []string
	}{
		{"nothing", None, "hunter2", "hunter2", nil},
		{"all", All, "hunter2", "***", []string{"hunter2"}},
		{"an empty secret", All, "", "", nil},
		{"URL", URI, "sftp://up:hunter2@files.example/base.qcow2", "sftp://up:***@files.example/base.qcow2", []string{"hunter2"}},
		{"no user", URI, "ldap://:hunter2@host", "ldap://:***@host", []string{"hunter2"}},
		{"no password", URI, "https://up@files.example/base.qcow2", "https://up@files.example/base.qcow2", nil},
		{"no user information", URI, "https://files.example:8443/base.qcow2", "https://files.example:8443/base.qcow2", nil},
		{"signs in the password", URI, "sftp://up:hun:t@/er2@files.example/b", "sftp://up:***@files.example/b", []string{"hun:t@/er2"}},
		{"an empty password", URI, "sftp://up:@files.example/b", "sftp://up:@files.example/b", nil},
		{"no scheme", URI, "root:hunter2@10.0.0.1/?monPort=7777", "root:***@10.0.0.1/?monPort=7777", []string{"hunter2"}},
		{"a slash begins the password", URI, "root:/hunter2@10.0.0.1", "root:***@10.0.0.1", []string{"/hunter2"}},
		{"a scheme in the password", URI, "root:a://hunter2@10.0.0.1", "root:***@10.0.0.1", []string{"a://hunter2"}},
		{"a scheme behind the host", URI, "root:hunter2@host/?to=http://x", "root:***@host/?to=http://x", []string{"hunter2"}},
		{"escapes in the password", URI, "sftp://up:hunt%40er2@files.example/b", "sftp://up:***@files.example/b", []string{"hunt%40er2", "hunt@er2"}},
		{"no escapes after all", URI, "root:hunter2%@host", "root:***@host", []string{"hunter2%"}},
		{"several addresses", URI, "root:hunter2@10.0.0.1,root:hunter3@10.0.0.2", "root:***@10.0.0.2", []string{"hunter2@10.0.0.1,root:hunter3", "hunter2", "hunter3"}},
		{"several, the last with a password", URI, "ldap://a,ldap://up:hunter2@b", "ldap://a,ldap:***@b", []string{"//up:hunter2", "hunter2"}},
		{"several, the first NFS", URI, "10.0.0.1:/a,root:hunter2@10.0.0.2", "10.0.0.1:***@10.0.0.2", []string{"/a,root:hunter2", "hunter2"}},
		{"a comma in the password", URI, "root:hunt,er2@host", "root:***@host", []string{"hunt,er2"}},
		{"IPv6", URI, "sftp://up:hunter2@[fe80::1]:22/b", "sftp://up:***@[fe80::1]:22/b", []string{"hunter2"}},
		{"NFS by name", URI, "nas:/export/a@b", "nas:***@b", []string{"/export/a"}},
		{"NFS", URI, "10.0.0.1:/export/a@b", "10.0.0.1:/export/a@b", nil},
		{"a path", URI, "/zstack_bs", "/zstack_bs", nil},
		{"a colon at the end", URI, "host:", "host:", nil},
		{"signature", URI, "https://store.example/b/img.qcow2?Expires=17&X-Amz-Signature=hunter2&x=1", "https://store.example/b/img.qcow2?Expires=17&X-Amz-Signature=***&x=1", []string{"hunter2"}},
		{"password and token", URI, "https://up:hunter2@host/b?token=hunt%2Fer3#sig=hunter4", "https://up:***@host/b?token=***#sig=***", []string{"hunter2", "hunt%2Fer3", "hunter4", "hunt/er3"}},
		{"question mark in the password", URI, "root:a?token=b@host", "root:***@host", []string{"a?token=b"}},
		{"no value", URI, "https://host/b?token&sig=", "https://host/b?token&sig=", nil},
		{"tag", Tag, "consolePassword::hunter2", "consolePassword::***", []string{"hunter2"}},
		{"user data", Tag, "userdata::aHVudGVyMg==", "userdata::***", []string{"aHVudGVyMg=="}},
		{"root password", Tag, "rootPassword::hunter2", "rootPassword::***", []string{"hunter2"}},
		{"another tag", Tag, "hostname::web-1", "hostname::web-1", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.masked, String(tt.kind, tt.s))
			require.Equal(t, tt.secrets, Secrets(tt.kind, tt.s))
		})
	}
}

func TestSystemTagsThatAreNoStringsShow(t *testing.T) {
	t.Parallel()
	field, _ := reflect.TypeFor[struct {
		SystemTags []int `json:"systemTags"`
	}]().FieldByName("SystemTags")
	require.Equal(t, None, KindOf(field))
}
