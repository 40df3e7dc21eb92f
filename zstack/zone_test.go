package zstack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// serverZones are where the servers of these tests are.
var serverZones = []string{"Asia/Shanghai", "America/St_Johns", "UTC"}

func mustLoad(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

// offsetOf is how far a zone is from UTC at a time.
func offsetOf(zone *time.Location, at time.Time) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// requireZone checks that the client takes the server to be as far from UTC as it is, and
// in the local zone if that is as far.
func requireZone(t *testing.T, want time.Duration, c *zstack.Client, at time.Time) {
	t.Helper()
	require.Equal(t, want, offsetOf(c.Location(), at))
	require.Equal(t, want == offsetOf(time.Local, at), c.Location() == time.Local)
}

// inEachZone runs a test with a node in each zone and a client that logs in to it, in
// winter and in summer.
func inEachZone(t *testing.T, test func(t *testing.T, node *zstacktest.Node, c *zstack.Client, zone *time.Location)) {
	t.Helper()
	for _, name := range serverZones {
		for season, day := range map[string]int{"winter": 0, "summer": 180} {
			t.Run(name+" in "+season, func(t *testing.T) {
				t.Parallel()
				zone := mustLoad(t, name)
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(time.Duration(day) * 24 * time.Hour)
					node := zstacktest.New(zstacktest.WithLocation(zone), zstacktest.WithAccessKey("AK", "SK"))
					test(t, node, accountClient(t, node), zone)
				})
			})
		}
	}
}

// lastQuery is the query that the node was sent last.
func lastQuery(node *zstacktest.Node) []string {
	list := node.Requests()
	return list[len(list)-1].Query["q"]
}

func TestTheServersZoneIsFound(t *testing.T) {
	t.Parallel()
	inEachZone(t, func(t *testing.T, _ *zstacktest.Node, c *zstack.Client, zone *time.Location) {
		require.Same(t, time.Local, c.Location())
		require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
		requireZone(t, offsetOf(zone, time.Now()), c, time.Now())
	})
}

func TestTimestampsAreReadInTheZoneThatWasFound(t *testing.T) {
	t.Parallel()
	inEachZone(t, func(t *testing.T, node *zstacktest.Node, c *zstack.Client, _ *time.Location) {
		made := time.Now()
		vm := node.Add("VmInstance", map[string]any{"name": "web", "state": "Destroyed", "createDate": made})
		var rows queryVMResult
		require.NoError(t, c.Call(t.Context(), listVMs, &rows))
		require.True(t, made.Equal(rows.Inventories[0].CreateDate), "%v is not %v", rows.Inventories[0].CreateDate, made)

		var recovered vmResult // of a job
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, &recovered))
		require.True(t, made.Equal(recovered.Inventory.CreateDate), "%v is not %v", recovered.Inventory.CreateDate, made)

		raw, err := zstack.Do(t.Context(), c, listVMs)
		require.NoError(t, err)
		var decoded queryVMResult
		require.NoError(t, c.Decode(raw, &decoded))
		require.True(t, made.Equal(decoded.Inventories[0].CreateDate), "%v is not %v", decoded.Inventories[0].CreateDate, made)
	})
}

// The first query is made before the zone is known.
func TestConditionsAreWrittenAfterTheLogin(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(ctx context.Context, c *zstack.Client, a queryVM) error{
		"Call": func(ctx context.Context, c *zstack.Client, a queryVM) error { return c.Call(ctx, a, nil) },
		"Start": func(ctx context.Context, c *zstack.Client, a queryVM) error {
			var job zstack.Job[queryVMResult]
			return c.Start(ctx, a, &job)
		},
		"Count": func(ctx context.Context, c *zstack.Client, a queryVM) error {
			_, err := c.Count(ctx, a)
			return err
		},
		"Pager": func(ctx context.Context, c *zstack.Client, a queryVM) error {
			p := zstack.NewPager(c, a, new(queryVMResult), zstack.WithoutPrefetch())
			for p.Next(ctx) {
			}
			return p.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inEachZone(t, func(t *testing.T, node *zstacktest.Node, c *zstack.Client, zone *time.Location) {
				at := time.Now().Truncate(time.Second)
				node.Add("VmInstance", map[string]any{"createDate": at})
				want := "createDate=" + at.In(zone).Format(time.DateTime)
				require.NoError(t, ask(t.Context(), c, queryVM{Conditions: zstack.Where(zstack.Eq("createDate", at), zstack.NotNull("uuid"))}))
				require.Equal(t, []string{want, "uuid not null"}, lastQuery(node)[:2])
			})
		})
	}
}

func TestConditionsInPartsAreWrittenAfterTheLogin(t *testing.T) {
	t.Parallel()
	inEachZone(t, func(t *testing.T, node *zstacktest.Node, c *zstack.Client, zone *time.Location) {
		at := time.Now().Truncate(time.Second)
		uuids := make([]string, 150)
		for i := range uuids {
			uuids[i] = fmt.Sprintf("%032x", i)
			node.Add("VmInstance", map[string]any{"uuid": uuids[i], "createDate": at})
		}
		n, err := c.Count(t.Context(), queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids...), zstack.Eq("createDate", at))})
		require.NoError(t, err)
		require.Equal(t, int64(len(uuids)), n)
	})
}

// What comes after the conditions in a query stays there.
func TestConditionsWithTimesLeaveTheRestOfTheQuery(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec, zstack.WithLocation(time.FixedZone("", 8*3600)))
	require.NoError(t, c.Call(t.Context(), queryVM{
		Conditions: zstack.Where(zstack.Eq("name", "a b"), zstack.Lt("createDate", noon)), Limit: new(int32(3)), SortBy: new("name"),
	}, nil))
	require.Equal(t, "q=name%3Da+b&q=createDate%3C2025-03-01+20%3A00%3A00&limit=3&sort=%2Bname", rec.only(t).URL.RawQuery)
}

// signedQuery has an access key of its own.
type signedQuery struct {
	AccessKeyID     string `json:"accessKeyId,omitzero" zstack:"credential"`
	AccessKeySecret string `json:"accessKeySecret,omitzero" zstack:"credential,sensitive"`
}

func (signedQuery) ActionInfo() *zstack.ActionInfo { return getCurrent{}.ActionInfo() }

func TestSignaturesAreDatedInTheZoneThatWasFound(t *testing.T) {
	t.Parallel()
	inEachZone(t, func(t *testing.T, node *zstacktest.Node, c *zstack.Client, zone *time.Location) {
		require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
		require.NoError(t, c.Call(t.Context(), signedQuery{"AK", "SK"}, nil)) // or the node refuses it
		list := node.Requests()
		require.Contains(t, list[len(list)-1].Header.Get("Date"), time.Now().In(zone).Format("15:04:05"))
	})
}

func TestWithLocationWins(t *testing.T) {
	t.Parallel()
	for name, given := range map[string]*time.Location{
		"another zone": time.FixedZone("there", -5*3600), "the local zone": time.Local, "UTC": time.UTC,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New(zstacktest.WithLocation(time.FixedZone("", 9*3600+1800)))
			c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithLocation(given))
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			require.Same(t, given, c.Location())
		})
	}
}

func TestSessionsAndKeysFromOutsideFindNoZone(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]zstack.Credentials{
		"session": zstack.Session(sessionUUID),
		"login function that logs in elsewhere": zstack.Login(func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID, CreateDate: time.Now().Add(-3 * time.Hour)}, nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithLocation(time.FixedZone("", 9*3600+1800)))
			c := clientOf(t, node, zstack.WithCredentials(credentials))
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			require.Same(t, time.Local, c.Location())
		})
	}
}

func TestTheSkewErrorSaysThatKeysDoNotLogIn(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithAccessKey("AK", "SK"), zstacktest.WithLocation(otherThanLocal()))
	c := clientOf(t, node, zstack.WithCredentials(zstack.AccessKey("AK", "SK")))
	err := c.Call(t.Context(), getCurrent{}, nil)
	require.True(t, zstack.IsAuthenticationFailed(err))
	require.ErrorContains(t, err, "WithLocation says in which time zone that is; only a login finds it, and clients with an access key, or a session from outside, never log in")
}

// otherThanLocal is a zone that is never the local one.
func otherThanLocal() *time.Location {
	_, offset := time.Now().Zone()
	if offset > 0 {
		return time.FixedZone("", offset-5*3600)
	}
	return time.FixedZone("", offset+5*3600)
}

// loginReply is the reply to a login with a date of the session and one of its own.
func loginReply(created, date string) (*http.Response, error) {
	inventory := `"uuid":"` + sessionUUID + `"`
	if created != "" {
		inventory += `,"createDate":"` + created + `"`
	}
	resp, err := reply(200, `{"inventory":{`+inventory+`}}`)
	if date != "" {
		resp.Header.Set("Date", date)
	}
	return resp, err
}

// A zoneServer answers each login with what it is told to, and all else with nothing.
type zoneServer func(login int) (created, date string)

func (s zoneServer) client(t *testing.T, options ...zstack.Option) *zstack.Client {
	var mu sync.Mutex
	logins, ended := 0, false
	return clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "/accounts/login") {
			logins, ended = logins+1, false
			return loginReply(s(logins - 1))
		}
		if ended = !ended; !ended { // every second call finds that the session has ended
			return reply(503, `{"error":{"code":"ID.1001"}}`)
		}
		return reply(200, `{}`)
	}), append([]zstack.Option{zstack.WithCredentials(zstack.Account("admin", "password"))}, options...)...)
}

const serverLayout = "Jan 2, 2006 3:04:05 PM"

// createdAhead is what a server shows whose wall clock is that far ahead of UTC.
func createdAhead(ahead time.Duration) (created, date string) {
	return noon.Add(ahead).Format(serverLayout), noon.Format(http.TimeFormat)
}

func TestWhichOffsetsArePlausible(t *testing.T) {
	t.Parallel()
	const hour, minute = time.Hour, time.Minute
	_, date := createdAhead(0)
	created, _ := createdAhead(8 * hour)
	for name, test := range map[string]struct {
		created, date string
		ahead         time.Duration // where neither is given
		found         bool
		want          time.Duration
	}{
		"a whole hour":               {ahead: 8 * hour, found: true, want: 8 * hour},
		"half an hour, west":         {ahead: -3*hour - 30*minute, found: true, want: -3*hour - 30*minute},
		"a quarter of an hour":       {ahead: 5*hour + 45*minute, found: true, want: 5*hour + 45*minute},
		"nothing":                    {found: true},
		"a second early":             {ahead: 8*hour - time.Second, found: true, want: 8 * hour},
		"two minutes late":           {ahead: 8*hour + 2*minute, found: true, want: 8 * hour},
		"two minutes early":          {ahead: 8*hour - 2*minute, found: true, want: 8 * hour},
		"more than two late":         {ahead: 8*hour + 2*minute + time.Second},
		"more than two early":        {ahead: 8*hour - 2*minute - time.Second},
		"two minutes early, west":    {ahead: -8*hour - 2*minute, found: true, want: -8 * hour},
		"14 hours":                   {ahead: 14 * hour, found: true, want: 14 * hour},
		"14 hours and two minutes":   {ahead: 14*hour + 2*minute, found: true, want: 14 * hour},
		"14 hours, west":             {ahead: -14 * hour, found: true, want: -14 * hour},
		"more than 14 hours":         {ahead: 14*hour + 15*minute},
		"more than 14 hours, west":   {ahead: -14*hour - 15*minute},
		"a day":                      {ahead: 24 * hour},
		"no Date":                    {created: created},
		"a Date that is none":        {created: created, date: "yesterday"},
		"no createDate":              {date: date},
		"a createDate with its zone": {created: noon.Format(time.RFC3339), date: date},
		"newer Java":                 {created: noon.Add(8 * hour).Format("Jan 2, 2006, 3:04:05\u202fPM"), date: date, found: true, want: 8 * hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := zoneServer(func(int) (string, string) {
				if test.created == "" && test.date == "" {
					return createdAhead(test.ahead)
				}
				return test.created, test.date
			}).client(t)
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			if !test.found {
				require.Same(t, time.Local, c.Location())
				return
			}
			requireZone(t, test.want, c, noon)
		})
	}
}

func TestTheZoneIsFoundAnewAtEachLogin(t *testing.T) {
	t.Parallel()
	zone := mustLoad(t, "America/St_Johns")
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithLocation(zone))
		c := accountClient(t, node)
		for _, want := range []time.Duration{-210 * time.Minute, -150 * time.Minute, -210 * time.Minute} {
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			requireZone(t, want, c, time.Now())
			time.Sleep(180 * 24 * time.Hour)
		}
	})
}

func TestALoginThatTellsNothingLeavesTheZone(t *testing.T) {
	t.Parallel()
	ahead := offsetOf(otherThanLocal(), noon)
	for name, second := range map[string]func() (string, string){
		"no Date":     func() (string, string) { created, _ := createdAhead(ahead); return created, "" },
		"implausible": func() (string, string) { return createdAhead(ahead + 7*time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logins := 0
			c := zoneServer(func(login int) (string, string) {
				if logins++; login > 0 {
					return second()
				}
				return createdAhead(ahead)
			}).client(t)
			for range 2 {
				require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
				require.Equal(t, ahead, offsetOf(c.Location(), noon))
			}
			require.Equal(t, 2, logins)
		})
	}
}

// The createDate of a renewed session is that of its login, here a quarter of an hour
// ago.
func TestARenewalFindsNoZone(t *testing.T) {
	t.Parallel()
	for name, synchronous := range map[string]bool{"as a job": false, "answered at once": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				zone := time.FixedZone("", int(offsetOf(otherThanLocal(), time.Now())/time.Second))
				began := time.Now()
				node := zstacktest.New(zstacktest.WithLocation(zone), zstacktest.WithSessionTTL(20*time.Minute),
					zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
						return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
							if synchronous && strings.HasSuffix(r.URL.Path, "/renew") {
								session := strings.Split(r.URL.Path, "/")[5]
								w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
								fmt.Fprintf(w, `{"inventory":{"uuid":%q,"createDate":%q,"expiredDate":%q}}`, session,
									began.In(zone).Format(serverLayout), time.Now().Add(20*time.Minute).In(zone).Format(serverLayout))
								return
							}
							next.ServeHTTP(w, r)
						})
					}))
				c := accountClient(t, node)
				require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
				found := c.Location()
				time.Sleep(15 * time.Minute)
				require.NoError(t, c.Call(t.Context(), getCurrent{}, nil)) // begins the renewal
				synctest.Wait()
				time.Sleep(time.Minute)
				require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
				require.Equal(t, offsetOf(zone, began), offsetOf(found, began))
				require.Same(t, found, c.Location())
				require.Equal(t, 1, counts(node)["LogInByAccount"])
				if !synchronous {
					require.Equal(t, 1, counts(node)["RenewSession"])
				}
			})
		})
	}
}

// logIn is a login action of the caller's.
type logIn struct {
	AccountName string `json:"accountName" zstack:"required"`
	Password    string `json:"password" zstack:"required,sensitive"`
}

func (logIn) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "LogInByAccountAction", Method: "PUT", Path: "/accounts/login", Body: "logInByAccount"}
}

func TestLoginFunctionsFindTheZone(t *testing.T) {
	t.Parallel()
	zone := otherThanLocal()
	node := zstacktest.New(zstacktest.WithLocation(zone))
	var opened struct {
		Inventory *types.SessionInventory `json:"inventory"`
	}
	c := loginClient(t, node, func(ctx context.Context, c *zstack.Client) (*types.SessionInventory, error) {
		err := c.Call(ctx, logIn{"admin", string(zstack.HashPassword("password"))}, &opened)
		return opened.Inventory, err
	})
	require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
	require.Equal(t, offsetOf(zone, time.Now()), offsetOf(c.Location(), time.Now()))
	// The login's own result is read in the zone that it tells.
	require.WithinDuration(t, time.Now(), opened.Inventory.CreateDate, time.Minute)
}

func TestTheLogSaysWhenTheZoneDiffers(t *testing.T) {
	t.Parallel()
	local := offsetOf(time.Local, noon)
	other := local + 3*time.Hour
	if local > 0 {
		other = local - 3*time.Hour
	}
	for name, test := range map[string]struct {
		logins []time.Duration // how far ahead of UTC the server is at each
		want   int
	}{
		"as the local zone":    {[]time.Duration{local, local}, 0},
		"another":              {[]time.Duration{other}, 1},
		"another, twice":       {[]time.Duration{other, other}, 1},
		"another, then a next": {[]time.Duration{other, other + time.Hour}, 2},
		"another, then local":  {[]time.Duration{other, local}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			c := zoneServer(func(login int) (string, string) { return createdAhead(test.logins[login]) }).client(t, zstack.WithLogger(debugLogger(&log)))
			for range test.logins {
				require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			}
			n := 0
			for line := range strings.Lines(log.String()) {
				var entry struct{ Level, Msg, Location, Server string }
				require.NoError(t, json.Unmarshal([]byte(line), &entry))
				if !strings.Contains(entry.Msg, "time zone") {
					continue
				}
				require.Equal(t, "INFO", entry.Level)
				require.Equal(t, "http://mn:8080/zstack", entry.Server)
				if n++; n == test.want {
					require.Equal(t, c.Location().String(), entry.Location)
				}
			}
			require.Equal(t, test.want, n)
		})
	}
}

// The race detector watches. A call's condition is written in one of the zones.
func TestTheZoneChangesUnderConcurrentCalls(t *testing.T) {
	t.Parallel()
	zones := []time.Duration{8 * time.Hour, -210 * time.Minute}
	server := zoneServer(func(login int) (string, string) { return createdAhead(zones[login%2]) })
	c := server.client(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				var result, decoded queryVMResult
				if err := c.Call(t.Context(), queryVM{Conditions: zstack.Where(zstack.Lt("createDate", noon))}, &result); err != nil && !zstack.IsInvalidSession(err) {
					t.Error(err)
				}
				if err := c.Decode([]byte(`{"inventories":[{"createDate":"Mar 1, 2025 8:00:00 PM"}]}`), &decoded); err != nil {
					t.Error(err)
				}
				_ = c.Location().String()
			}
		})
	}
	group.Wait()
	require.Contains(t, zones, offsetOf(c.Location(), noon))
}

// A repetition after a new login is written anew.
func TestARepeatedCallIsWrittenInTheNewZone(t *testing.T) {
	t.Parallel()
	zones := []time.Duration{8 * time.Hour, -210 * time.Minute}
	logins := 0
	var asked []string
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/accounts/login") {
			logins++
			return loginReply(createdAhead(zones[logins-1]))
		}
		if asked = append(asked, r.URL.Query().Get("q")); len(asked) == 1 {
			return reply(503, `{"error":{"code":"ID.1001"}}`)
		}
		return reply(200, `{}`)
	}), zstack.WithCredentials(zstack.Account("admin", "password")))
	require.NoError(t, c.Call(t.Context(), queryVM{Conditions: zstack.Where(zstack.Lt("createDate", noon))}, nil))
	require.Equal(t, []string{"createDate<2025-03-01 20:00:00", "createDate<2025-03-01 08:30:00"}, asked)
}

func TestLocationOfNoClientIsLocal(t *testing.T) {
	t.Parallel()
	require.Same(t, time.Local, (*zstack.Client)(nil).Location())
	require.Same(t, time.Local, new(zstack.Client).Location())
}

// The local zone is fixed when a program starts, so that programs with others are
// started: this one, with one test.
func TestLocalZonesWithDaylightSavingStay(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	for name, test := range map[string]struct{ local, server, winter, summer string }{
		"the server's":           {"America/St_Johns", "America/St_Johns", "Local", "Local"},
		"the server's in winter": {"America/St_Johns", "-3h30m", "Local", "UTC-03:30"},
		"the server's in summer": {"America/St_Johns", "-2h30m", "UTC-02:30", "Local"},
		"another":                {"America/St_Johns", "Asia/Shanghai", "UTC+08:00", "UTC+08:00"},
		"elsewhere":              {"Asia/Shanghai", "America/St_Johns", "UTC-03:30", "UTC-02:30"},
		"UTC":                    {"Asia/Shanghai", "UTC", "UTC", "UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := exec.Command(self, "-test.run=^TestInALocalZone$", "-test.v")
			program.Env = append(os.Environ(), "TZ="+test.local, "ZSTACK_TEST_SERVER="+test.server, "ZSTACK_TEST_WANT="+test.winter+" "+test.summer)
			out, err := program.CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Contains(t, string(out), "--- PASS: TestInALocalZone")
		})
	}
}

// TestInALocalZone is what TestLocalZonesWithDaylightSavingStay starts.
func TestInALocalZone(t *testing.T) {
	t.Parallel()
	server := os.Getenv("ZSTACK_TEST_SERVER")
	if server == "" {
		t.Skip("it needs a local zone that another test sets")
	}
	zone, err := time.LoadLocation(server)
	if offset, bad := time.ParseDuration(server); bad == nil {
		zone, err = time.FixedZone("", int(offset/time.Second)), nil
	}
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		c := accountClient(t, zstacktest.New(zstacktest.WithLocation(zone)))
		var got []string
		for range 2 {
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			name := c.Location().String()
			if c.Location() == time.Local {
				name = "Local" // where TZ is set, it has that for its name
			}
			got = append(got, name)
			time.Sleep(180 * 24 * time.Hour)
		}
		require.Equal(t, os.Getenv("ZSTACK_TEST_WANT"), strings.Join(got, " "))
	})
}
