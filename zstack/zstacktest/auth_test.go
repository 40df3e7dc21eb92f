package zstacktest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// passwordHash is the SHA-512 of "password".
const passwordHash = "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86"

func TestLogins(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, target, body string
		fails              bool
	}{
		{name: "account", target: "/accounts/login", body: `{"logInByAccount": {"accountName": "admin", "password": "` + passwordHash + `"}}`},
		{name: "user", target: "/accounts/users/login",
			body: `{"logInByUser": {"accountName": "admin", "userName": "admin", "password": "` + passwordHash + `"}}`},
		{name: "LDAP", target: "/ldap/login", body: `{"logInByLdap": {"uid": "admin", "password": "password"}}`},
		{name: "IAM2", target: "/iam2/virtual-ids/login", body: `{"loginIAM2VirtualID": {"name": "admin", "password": "` + passwordHash + `"}}`},
		{name: "by type", target: "/login",
			body: `{"logIn": {"username": "admin", "password": "` + passwordHash + `", "loginType": "account"}}`},
		{name: "by type LDAP", target: "/login", body: `{"logIn": {"username": "admin", "password": "password", "loginType": "ldap"}}`},
		{name: "wrong password", target: "/accounts/login", body: `{"logInByAccount": {"accountName": "admin", "password": "x"}}`, fails: true},
		{name: "password not hashed", target: "/accounts/login",
			body: `{"logInByAccount": {"accountName": "admin", "password": "password"}}`, fails: true},
		{name: "LDAP password hashed", target: "/ldap/login",
			body: `{"logInByLdap": {"uid": "admin", "password": "` + passwordHash + `"}}`, fails: true},
		{name: "unknown account", target: "/accounts/login",
			body: `{"logInByAccount": {"accountName": "nobody", "password": "` + passwordHash + `"}}`, fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, WithClock(newTestClock().Now)).with("Authorization", "")
			rep := c.send("PUT", tc.target, tc.body)
			if tc.fails {
				require.Equal(t, http.StatusServiceUnavailable, rep.status)
				require.Equal(t, []string{apierr.CodeAuthentication}, rep.codes())
				return
			}
			require.Equal(t, http.StatusOK, rep.status, rep.text)
			s := rep.body["inventory"].(map[string]any)
			require.Equal(t, adminUUID, s["accountUuid"])
			require.Equal(t, "Nov 15, 2017 12:20:57 AM", s["expiredDate"])
			c = c.with("Authorization", "OAuth "+s["uuid"].(string))
			require.Equal(t, http.StatusOK, c.send("GET", "/zones", "").status)
		})
	}
}

func TestMissingParametersOfALogin(t *testing.T) {
	t.Parallel()
	rep := newClient(t).with("Authorization", "").send("PUT", "/accounts/login", `{"logInByAccount": {"accountName": "admin"}}`)
	require.Equal(t, []string{apierr.CodeInvalidArgument}, rep.codes())
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithSessionTTL(time.Minute))
	valid := func() bool {
		rep := c.with("Authorization", "").send("GET", "/accounts/sessions/"+testSession+"/valid", "")
		require.Equal(t, http.StatusOK, rep.status)
		return rep.body["valid"].(bool)
	}
	require.True(t, valid())
	clock.Advance(59 * time.Second)
	require.Equal(t, http.StatusOK, c.send("GET", "/zones", "").status)

	s := c.ok("PUT", "/accounts/sessions/"+testSession+"/renew", `{"renewSession": {"duration": 60}}`)
	require.Equal(t, "Nov 14, 2017 10:22:56 PM", s["expiredDate"])
	clock.Advance(59 * time.Second)
	require.True(t, valid())
	clock.Advance(time.Second)
	require.False(t, valid())

	rep := c.send("GET", "/zones", "")
	require.Equal(t, http.StatusServiceUnavailable, rep.status)
	require.Equal(t, []string{apierr.CodeInvalidSession}, rep.codes())
	c.fails("POST", "/zones", `{"params": {"name": "z"}}`, apierr.CodeInvalidSession)
	require.Empty(t, c.node.store.All("Zone"), "the API was not run")
}

func TestWithoutASession(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	require.Equal(t, http.StatusBadRequest, c.with("Authorization", "").send("GET", "/zones", "").status)
	require.Equal(t, []string{apierr.CodeInvalidSession}, c.with("Authorization", "OAuth null").send("GET", "/zones", "").codes())
	require.Equal(t, http.StatusOK, c.send("DELETE", "/accounts/sessions/"+testSession, "").status)
	require.Equal(t, []string{apierr.CodeInvalidSession}, c.send("GET", "/zones", "").codes())

	c = newClient(t)
	c.node.ExpireSessions()
	require.Equal(t, []string{apierr.CodeInvalidSession}, c.send("GET", "/zones", "").codes())
	for _, call := range []struct{ method, target, body string }{
		{"PUT", "/management-nodes/actions", `{"getVersion": {}}`},
		{"PUT", "/management-nodes/actions", `{"getCurrentTime": {}}`},
		{"GET", "/management-nodes/ready", ""},
	} {
		require.Equal(t, http.StatusOK, c.send(call.method, call.target, call.body).status, call.body)
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithAccount("root", "secret"), WithAccount("second", "password"))
	require.NotContains(t, c.send("GET", "/accounts", "").text, passwordHash)
	a := c.ok("POST", "/accounts", `{"params": {"name": "third", "password": "`+passwordHash+`"}}`)
	login := `{"logInByAccount": {"accountName": "third", "password": "` + passwordHash + `"}}`
	rep := c.send("PUT", "/accounts/login", login)
	require.Equal(t, a["uuid"], rep.body["inventory"].(map[string]any)["accountUuid"])
	c.fails("POST", "/accounts", `{"params": {"name": "third", "password": "x"}}`, apierr.CodeInvalidArgument)

	c.ok("PUT", "/accounts/"+a["uuid"].(string), `{"updateAccount": {"password": "changed"}}`)
	require.Equal(t, []string{apierr.CodeAuthentication}, c.send("PUT", "/accounts/login", login).codes())
	require.Equal(t, []string{apierr.CodeAuthentication},
		c.send("PUT", "/accounts/login", `{"logInByAccount": {"accountName": "admin", "password": "`+passwordHash+`"}}`).codes())
}

// sign returns what stands after "ZStack " in the header of a signed request.
func sign(id, secret, method, date, path string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(method + "\n" + date + "\n" + "/v1" + path))
	return "ZStack " + id + ":" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestAccessKeys(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("CST", 8*3600)
	// The clock shows 22:20:57 in UTC, and 06:20:57 of the next day at the node.
	const date = "Wed, 15 Nov 2017 06:20:57 GMT+08:00"
	for _, tc := range []struct {
		name, id, secret, date string
		target, path           string
		status                 int
		text                   string
	}{
		{name: "good", status: 200},
		{name: "zone does not count", date: "Wed, 15 Nov 2017 06:20:57 UTC", status: 200},
		{name: "15 minutes late", date: "Wed, 15 Nov 2017 06:05:57 PRC", status: 200},
		{name: "too late", date: "Wed, 15 Nov 2017 06:05:56 PRC", status: 403, text: "requestTimeTooSkewed"},
		{name: "too early", date: "Wed, 15 Nov 2017 06:35:58 PRC", status: 403, text: "requestTimeTooSkewed"},
		{name: "right time in another zone", date: "Tue, 14 Nov 2017 22:20:57 UTC", status: 403, text: "requestTimeTooSkewed"},
		{name: "unreadable date", date: "Wed, 15 Nov 2017 06:20:57 +08", status: 400, text: "Date format error"},
		{name: "unknown key", id: "other", status: 403, text: "access key id: other does not existed or disabled"},
		{name: "wrong secret", secret: "other", status: 403, text: "wrong accessKey signature"},
		{name: "path is decoded", target: "/zones/a%20b%E4%B8%AD", path: "/zones/a b中", status: 200},
		{name: "query is not signed", target: "/zones?q=name%3Dx", path: "/zones", status: 200},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, WithClock(newTestClock().Now), WithLocation(shanghai), WithAccessKey("id", "secret"))
			c.node.Add("Zone", map[string]any{"uuid": "a b中"})
			or := func(s, otherwise string) string {
				if s == "" {
					return otherwise
				}
				return s
			}
			d := or(tc.date, date)
			auth := sign(or(tc.id, "id"), or(tc.secret, "secret"), "GET", d, or(tc.path, "/zones"))
			rep := c.with("Authorization", auth).with("Date", d).send("GET", or(tc.target, "/zones"), "")
			require.Equal(t, tc.status, rep.status, rep.text)
			require.Contains(t, rep.text, tc.text)
		})
	}
}

func TestAccessKeysOfTheAPI(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithClock(newTestClock().Now))
	k := c.ok("POST", "/accesskeys", `{"params": {"accountUuid": "`+adminUUID+`", "userUuid": "`+adminUUID+`"}}`)
	const date = "Tue, 14 Nov 2017 22:20:57 UTC"
	signed := c.with("Date", date).with("Authorization",
		sign(k["AccessKeyID"].(string), k["AccessKeySecret"].(string), "GET", date, "/zones"))
	require.Equal(t, http.StatusOK, signed.send("GET", "/zones", "").status)
	c.ok("PUT", "/accesskeys/"+k["uuid"].(string)+"/actions", `{"changeAccessKeyState": {"stateEvent": "disable"}}`)
	require.Equal(t, http.StatusForbidden, signed.send("GET", "/zones", "").status)
	require.Equal(t, http.StatusBadRequest, signed.with("Date", "").send("GET", "/zones", "").status)
	require.Equal(t, http.StatusBadRequest, signed.with("Authorization", "ZStack x").send("GET", "/zones", "").status)
}

func TestJavaDates(t *testing.T) {
	t.Parallel()
	const good = "Mon, 23 Nov 2026 20:29:46 "
	for date, want := range map[string]bool{
		good + "UTC": true, good + "GMT": true, good + "Etc/UTC": true, good + "GMT+08:00": true, good + "+08:00": true,
		good + "-03:30": true, good + "Asia/Shanghai": true, good + "America/Argentina/Buenos_Aires": true,
		good + "PRC": true, good + "CST": true, good + "Z": true, good + "UTC+01:00:30": true,
		good + "+08": false, good + "-03": false, good + "+0800": false, good + "GMT+8": false, good + "+19:00": false,
		good: false, good + "Local": false, good + "nonsense": false, good + "+08:60": false,
		"Tue, 23 Nov 2026 20:29:46 UTC":    false, // It was a Monday.
		"mon, 23 nov 2026 20:29:46 UTC":    false,
		"Mon, 23 Nov 2026 20:29 UTC":       false,
		"2026-11-23T20:29:46Z":             false,
		"Wed, 5 Nov 2026 20:29:46 UTC":     false,
		"Mon, 23 Nov 2026 24:29:46 UTC":    false,
		"":                                 false,
		"Mon, 23 Nov 2026 20:29:46UTC+0:0": false,
	} {
		wall, ok := parseJavaDate(date)
		require.Equal(t, want, ok, date)
		if ok {
			require.Equal(t, time.Date(2026, 11, 23, 20, 29, 46, 0, time.UTC), wall, date)
		}
	}
}

func TestALoginTellsTheZone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		zone    *time.Location
		created string
	}{
		"UTC":       {time.UTC, "Nov 14, 2017 10:20:57 PM"},
		"Shanghai":  {time.FixedZone("", 8*3600), "Nov 15, 2017 6:20:57 AM"},
		"St John's": {time.FixedZone("", -(3*3600 + 1800)), "Nov 14, 2017 6:50:57 PM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := []Option{WithClock(newTestClock().Now), WithLocation(test.zone)}
			server := NewServer(t, options...)
			for url, via := range map[string]http.RoundTripper{"http://mn": New(options...), server.URL: http.DefaultTransport} {
				body := `{"logInByAccount":{"accountName":"admin","password":"` + passwordHash + `"}}`
				r, err := http.NewRequest("PUT", url+"/zstack/v1/accounts/login", strings.NewReader(body))
				require.NoError(t, err)
				resp, err := via.RoundTrip(r)
				require.NoError(t, err)
				data, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				require.Equal(t, "Tue, 14 Nov 2017 22:20:57 GMT", resp.Header.Get("Date"))
				require.Contains(t, string(data), `"createDate":"`+test.created+`"`)
			}
		})
	}
}
