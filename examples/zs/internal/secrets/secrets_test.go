package secrets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/zs/internal/secrets"
)

func TestHide(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"a password":       {`{"a":[{"sshPassword":"x"}]}`, `{"a":[{"sshPassword":"***"}]}`},
		"an object":        {`{"accessToken":{"a":"x"}}`, `{"accessToken":"***"}`},
		"a list":           {`{"tokens":["x","y"]}`, `{"tokens":["***","***"]}`},
		"nothing":          {`{"password":""}`, `{"password":""}`},
		"a boolean":        {`{"passwordExpired":true}`, `{"passwordExpired":true}`},
		"a setting":        {`{"name":"rootPassword","value":"x","defaultValue":"y"}`, `{"name":"rootPassword","value":"***","defaultValue":"***"}`},
		"a label":          {`{"key":"rootPwd","value":"x"}`, `{"key":"rootPwd","value":"***"}`},
		"an attribute":     {`{"id":"userPassword","values":["x"]}`, `{"id":"userPassword","values":["***"]}`},
		"prose":            {`{"description":"see http://a or mail b:c@d, e://f"}`, `{"description":"see http://a or mail b:c@d, e://f"}`},
		"another setting":  {`{"name":"deletionPolicy","value":"Delay"}`, `{"name":"deletionPolicy","value":"Delay"}`},
		"an address":       {`{"url":"ftp://u:x@h/i"}`, `{"url":"ftp://u:***@h/i"}`},
		"a tag":            {`{"tag":"userdata::x","tags":["a::b","rootPassword::x"]}`, `{"tag":"userdata::***","tags":["a::b","rootPassword::***"]}`},
		"a session":        {`{"sessionUuid":"x","uuid":"y"}`, `{"sessionUuid":"***","uuid":"y"}`},
		"JSON in a string": {`{"configuration":"{\"password\":\"x\",\"a\":1}"}`, `{"configuration":"{\"a\":1,\"password\":\"***\"}"}`},
		"a bracket":        {`{"name":"[1] y"}`, `{"name":"[1] y"}`},
		"a key":            {`{"authKey":"x","key":"y"}`, `{"authKey":"***","key":"y"}`},
		"a large number":   {`{"size":9007199254740993}`, `{"size":9007199254740993}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := secrets.Hide([]byte(tt.in))
			require.NoError(t, err)
			require.JSONEq(t, tt.want, string(got))
			require.NotContains(t, string(got), "740992")
		})
	}
	_, err := secrets.Hide([]byte("{"))
	require.Error(t, err)
}
