package zstack_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestAuthorizationOfASession(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	require.NoError(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Equal(t, []string{"OAuth " + sessionUUID}, rec.only(t).Header.Values("Authorization"))
	require.Empty(t, rec.only(t).Header.Values("Date"))
}

func TestNoAuthorizationWhereNoneIsNeeded(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	require.NoError(t, clientOf(t, rec).Call(t.Context(), getVersion{}, nil))
	require.Empty(t, rec.only(t).Header.Values("Authorization"))
}

func TestActionsOwnCredentialsWin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action recoverVM
		want   string
	}{
		"session":                   {recoverVM{UUID: vmUUID, SessionID: "own"}, "OAuth own"},
		"access key":                {recoverVM{UUID: vmUUID, AccessKeyID: "AK", AccessKeySecret: "SK"}, "ZStack AK:"},
		"session before access key": {recoverVM{UUID: vmUUID, SessionID: "own", AccessKeyID: "AK", AccessKeySecret: "SK"}, "OAuth own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			require.NoError(t, clientOf(t, rec).Call(t.Context(), test.action, nil))
			got := rec.only(t).Header.Get("Authorization")
			require.True(t, strings.HasPrefix(got, test.want), got)
		})
	}
}

func TestActionsOwnCredentialsPollToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return reply(200, "{}")
			}
			return reply(202, accepted(r.Header.Get("X-Job-UUID")))
		}))
		require.NoError(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID, SessionID: "own"}, nil))
		require.Equal(t, "OAuth own", rec.requests()[1].Header.Get("Authorization"))
	})
}

func TestCredentialFieldsNeverTravelAsParameters(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	action := recoverVM{UUID: vmUUID, SessionID: "own-s", AccessKeyID: "own-k", AccessKeySecret: "own-secret", RequestIP: "10.1.2.3"}
	require.NoError(t, clientOf(t, rec).Call(t.Context(), action, nil))
	require.JSONEq(t, `{"recoverVmInstance":{}}`, rec.only(t).text)
	require.Empty(t, rec.only(t).URL.RawQuery)
}

func TestHalfCredentialsAndBadHeadersAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action            recoverVM
		field, constraint string
	}{
		"key without secret":    {recoverVM{UUID: vmUUID, AccessKeyID: "AK"}, "accessKeySecret", zstack.ConstraintRequired},
		"secret without key":    {recoverVM{UUID: vmUUID, AccessKeySecret: "SK"}, "accessKeyId", zstack.ConstraintRequired},
		"session with line end": {recoverVM{UUID: vmUUID, SessionID: "a\r\nX: y"}, "sessionId", zstack.ConstraintType},
		"key with line end":     {recoverVM{UUID: vmUUID, AccessKeyID: "a\n", AccessKeySecret: "SK"}, "accessKeyId", zstack.ConstraintType},
		"address with line end": {recoverVM{UUID: vmUUID, RequestIP: "a\n"}, "requestIp", zstack.ConstraintType},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			requireRefused(t, clientOf(t, rec).Call(t.Context(), test.action, nil), test.field, test.constraint)
			require.Empty(t, rec.requests())
		})
	}
}

func TestCallWithoutAnyCredentialsIsRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c, err := zstack.NewClient("mn", zstack.WithHTTPClient(&http.Client{Transport: rec}))
	require.NoError(t, err)
	requireRefused(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil), "sessionId", zstack.ConstraintRequired)
	require.Empty(t, rec.requests())
}

// signature is what the server reckons for a request.
func signature(secret string, r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/zstack") // decoded, without the context path
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(r.Method + "\n" + r.Header.Get("Date") + "\n" + path))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestSignatureCoversMethodDateAndUnescapedPath(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{
		"PUT":     recoverVM{UUID: vmUUID},
		"GET":     queryVM{Conditions: []string{"name=a b", "uuid=x"}},
		"DELETE":  destroyVM{UUID: "a b中+%2F&=?;"},
		"POST":    newAccount{Name: "n", Password: "p"},
		"escapes": recoverVM{UUID: "a b中+%2F&=?;"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			c := clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK")))
			require.NoError(t, c.Call(t.Context(), action, nil))
			require.Equal(t, "ZStack AK:"+signature("SK", rec.only(t).Request), rec.only(t).Header.Get("Authorization"))
		})
	}
}

func TestSignedDateNamesTheServersZone(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		location *time.Location
		want     string
	}{
		// The clock of a synctest bubble begins at midnight UTC on 2000-01-01.
		"UTC":              {time.UTC, "Sat, 01 Jan 2000 00:00:00 UTC"},
		"a region":         {shanghai, "Sat, 01 Jan 2000 08:00:00 Asia/Shanghai"},
		"a region at zero": {london, "Sat, 01 Jan 2000 00:00:00 Europe/London"},
		"PRC":              {time.FixedZone("PRC", 8*3600), "Sat, 01 Jan 2000 08:00:00 PRC"},
		"an offset's name": {time.FixedZone("+08", 8*3600), "Sat, 01 Jan 2000 08:00:00 GMT+08:00"},
		"an abbreviation":  {time.FixedZone("CST", 8*3600), "Sat, 01 Jan 2000 08:00:00 GMT+08:00"},
		"no name":          {time.FixedZone("", -3*3600), "Fri, 31 Dec 1999 21:00:00 GMT-03:00"},
		"half an hour":     {time.FixedZone("IST", 5*3600+1800), "Sat, 01 Jan 2000 05:30:00 GMT+05:30"},
		"a name at zero":   {time.FixedZone("WET", 0), "Sat, 01 Jan 2000 00:00:00 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec := record(always(200, "{}"))
				c := clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK")), zstack.WithLocation(test.location))
				require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
				require.Equal(t, test.want, rec.only(t).Header.Get("Date"))
			})
		})
	}
}

func TestSignedDateInTheLocalZoneHasNoAbbreviation(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK")))
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Regexp(t, `^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (UTC|PRC|GMT[+-]\d\d:\d\d|\w+/\w+)$`, rec.only(t).Header.Get("Date"))
}

// The simulated node checks dates and signatures as the server does.
func TestNodeInAnyZoneTakesSignedCallsAndPolls(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	for _, location := range []*time.Location{time.UTC, shanghai, time.FixedZone("CST", 8*3600), time.FixedZone("-03", -3*3600), time.Local} {
		t.Run(location.String(), func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New(zstacktest.WithAccessKey("AK", "SK"), zstacktest.WithLocation(location))
			vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
			c := clientOf(t, node, zstack.WithCredentials(zstack.AccessKey("AK", "SK")), zstack.WithLocation(location))
			var result vmResult
			require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, &result))
			require.Equal(t, "Stopped", result.Inventory.State)
			polls := 0
			for _, r := range node.Requests() {
				if strings.Contains(r.Path, "/api-jobs/") {
					polls++
					require.True(t, strings.HasPrefix(r.Header.Get("Authorization"), "ZStack AK:"))
				}
			}
			require.Positive(t, polls)
		})
	}
}

func TestWrongZoneIsRefusedByTheServer(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithAccessKey("AK", "SK"))
	c := clientOf(t, node, zstack.WithCredentials(zstack.AccessKey("AK", "SK")), zstack.WithLocation(time.FixedZone("", 3600)))
	failed := requireZError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil))
	require.Equal(t, http.StatusForbidden, failed.Status)
}

func TestPollsAreSigned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return reply(200, "{}")
			}
			return reply(202, accepted(r.Header.Get("X-Job-UUID")))
		}))
		c := clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK")))
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		poll := rec.requests()[1]
		require.Equal(t, "ZStack AK:"+signature("SK", poll.Request), poll.Header.Get("Authorization"))
	})
}

func TestHashPassword(t *testing.T) {
	t.Parallel()
	// The server's documentation has this one for "password".
	require.Equal(t, "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86",
		string(zstack.HashPassword("password")))
}
