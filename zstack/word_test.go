package zstack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

const (
	internalError = `{"error":{"code":"SYS.1000","details":"Duplicate entry for key 'PRIMARY'"}}`
	noQuota       = `{"error":{"code":"ID.1003"}}`
)

// A maker is a server that creates a zone. What it says of the job and of the zone are
// functions of the time since the first change.
type maker struct {
	change func(n int, r *http.Request) (*http.Response, error) // the n-th change
	job    func(m *maker, age time.Duration) (status int, body string)
	zone   func(age time.Duration) string // the members of the row but the uuid; "" for no row

	began   time.Time
	changes []string // their job uuids
	looks   int
	named   string // the zone's uuid
}

func (m *maker) RoundTrip(r *http.Request) (*http.Response, error) {
	age := time.Since(m.began)
	switch {
	case r.Method == http.MethodPost:
		if m.changes == nil {
			m.began, age = time.Now(), 0
		}
		m.changes = append(m.changes, r.Header.Get("X-Job-UUID"))
		_, after, _ := strings.Cut(textOf(r), `"resourceUuid":"`)
		m.named, _, _ = strings.Cut(after, `"`)
		return m.change(len(m.changes), r)
	case strings.Contains(r.URL.Path, "/api-jobs/"):
		return reply(m.job(m, age))
	case strings.HasSuffix(r.URL.Path, "/management-nodes/actions"):
		return reply(200, `{"version":"5.3.20"}`)
	}
	m.looks++
	if !strings.HasSuffix(r.URL.Path, "/zstack/v1/zones/"+m.named) {
		return reply(404, "no api mapping")
	}
	row := m.zone(age)
	if row == "" {
		return reply(200, `{"inventories":[]}`)
	}
	return reply(200, `{"schema":{"inventories[0]":"org.zstack.header.zone.ZoneInventory"},"inventories":[{"uuid":"`+m.named+`",`+row+`}]}`)
}

// acceptTwice breaks the first sending, and accepts the second.
func acceptTwice(n int, r *http.Request) (*http.Response, error) {
	if n == 1 {
		return brokenConnection()
	}
	return reply(202, accepted(r.Header.Get("X-Job-UUID")))
}

// acceptOnce accepts the call.
func acceptOnce(_ int, r *http.Request) (*http.Response, error) {
	return reply(202, accepted(r.Header.Get("X-Job-UUID")))
}

// unknownThen is a job that is not known until the call has been sent twice, and then
// ends.
func unknownThen(status int, body string) func(*maker, time.Duration) (int, string) {
	return func(m *maker, _ time.Duration) (int, string) {
		if len(m.changes) < 2 {
			return 404, expiredText
		}
		return status, body
	}
}

func stays(status int, body string) func(*maker, time.Duration) (int, string) {
	return func(*maker, time.Duration) (int, string) { return status, body }
}

func row(members string) func(time.Duration) string {
	return func(time.Duration) string { return members }
}

const goodZone = `{"inventory":{"name":"of the job","state":"Enabled"}}`

func TestTheResourceHasTheLastWord(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(int, *http.Request) (*http.Response, error)
		job     func(*maker, time.Duration) (int, string)
		zone    func(time.Duration) string
		want    string // the zone's name; "unknown", "expired" or a code
		looks   int    // at least
		atLeast time.Duration
	}{
		"the second run failed, the first made it": {acceptTwice, unknownThen(503, internalError), row(`"name":"z","state":"Enabled"`), "z", 1, 0},
		"whatever the second run's failure was":    {acceptTwice, unknownThen(503, noQuota), row(`"name":"z","state":"Enabled"`), "z", 1, 0},
		"the second run undid the first":           {acceptTwice, unknownThen(503, internalError), row(``), "SYS.1000", 2, 5 * time.Second},
		"a result and a resource":                  {acceptTwice, unknownThen(200, goodZone), row(`"name":"z","state":"Enabled"`), "of the job", 1, 0},
		"a result and no resource":                 {acceptTwice, unknownThen(200, goodZone), row(``), "unknown", 2, 0},
		"a state that passes": {acceptTwice, unknownThen(503, internalError), func(age time.Duration) string {
			if age < time.Minute {
				return `"name":"z","state":"Creating"`
			}
			return `"name":"z","state":"Enabled"`
		}, "z", 5, time.Minute},
		"a status that passes": {acceptTwice, unknownThen(503, internalError), func(age time.Duration) string {
			if age < time.Minute {
				return `"name":"z","state":"Enabled","status":"Connecting"`
			}
			return `"name":"z","state":"Enabled","status":"Connected"`
		}, "z", 5, time.Minute},
		"a resource that is undone later": {acceptTwice, unknownThen(503, internalError), func(age time.Duration) string {
			if age < 20*time.Second {
				return `"name":"z","state":"Creating"`
			}
			return ``
		}, "SYS.1000", 5, 20 * time.Second},
		"Running lasts":                   {acceptTwice, unknownThen(503, internalError), row(`"name":"z","state":"Running"`), "z", 1, 0},
		"no state, and the job has ended": {acceptTwice, unknownThen(503, internalError), row(`"name":"z"`), "z", 1, 0},
		"no state, and the job is gone":   {acceptOnce, stays(404, expiredText), row(`"name":"z"`), "unknown", 1, 0},
		"gone after it was taken":         {acceptOnce, stays(404, expiredText), row(`"name":"z","state":"Enabled"`), "z", 1, 0},
		"gone, and the resource comes late": {acceptOnce, stays(404, expiredText), func(age time.Duration) string {
			if age < time.Second {
				return ""
			}
			return `"name":"z","state":"Enabled"`
		}, "z", 2, time.Second},
		"gone, and no resource":      {acceptOnce, stays(404, expiredText), row(``), "unknown", 2, 0},
		"sent once, failed":          {acceptOnce, stays(503, internalError), row(`"name":"z","state":"Enabled"`), "SYS.1000", 0, 0},
		"sent once, done":            {acceptOnce, stays(200, goodZone), row(``), "of the job", 0, 0},
		"another's row in the reply": {acceptTwice, unknownThen(503, internalError), row(`"uuid":"` + vmUUID + `","name":"z","state":"Enabled"`), "SYS.1000", 1, 0},
		"a row that cannot be read":  {acceptTwice, unknownThen(503, internalError), row(`"state":{}`), "unknown", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: test.change, job: test.job, zone: test.zone}
				var result zoneResult
				began := time.Now()
				err := clientOf(t, server).Call(t.Context(), newZone{Name: "z"}, &result)
				require.GreaterOrEqual(t, server.looks, test.looks)
				if test.looks == 0 {
					require.Zero(t, server.looks)
				}
				require.GreaterOrEqual(t, time.Since(began), test.atLeast)
				var unknown *zstack.UnknownOutcomeError
				switch {
				case test.want == "unknown":
					require.True(t, errors.As(err, &unknown), "%v", err)
					require.Equal(t, server.named, unknown.ResourceUUID)
				case strings.Contains(test.want, "."):
					require.False(t, errors.As(err, &unknown), "%v", err)
					require.ErrorIs(t, err, types.Code(test.want))
				default:
					require.NoError(t, err)
					require.Equal(t, test.want, result.Inventory.Name)
				}
			})
		})
	}
}

func TestAnUnknownCreationCarriesItsLastRow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &maker{change: acceptTwice, job: unknownThen(503, internalError), zone: row(`"name":"z","state":"Creating"`)}
		c := clientOf(t, server)
		err := c.Call(t.Context(), newZone{Name: "z"}, nil, zstack.WithTimeout(time.Minute))
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, types.SysInternal) // what the job said
		var zone types.ZoneInventory
		require.NoError(t, c.Decode(unknown.Row, &zone))
		require.Equal(t, [2]string{server.named, "Creating"}, [2]string{zone.UUID, zone.State})
	})
}

func TestTheRowIsTheResultWithItsSchema(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const class = "org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"
		named := ""
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.Method == http.MethodPost:
				_, after, _ := strings.Cut(textOf(r), `"resourceUuid":"`)
				named, _, _ = strings.Cut(after, `"`)
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			case strings.Contains(r.URL.Path, "/api-jobs/"):
				return reply(404, expiredText)
			}
			return reply(200, `{"schema":{"inventories[1].pools[0]":"x","inventories[1]":"`+class+`","inventories[0]":"other"},"inventories":[{"uuid":"`+vmUUID+`"},{"uuid":"`+named+`","state":"Enabled","status":"Connected","fsid":"f"}]}`)
		}))
		var result struct {
			Inventory *types.PrimaryStorageInventory `json:"inventory"`
		}
		require.NoError(t, c.Call(t.Context(), newZone{Name: "z"}, &result))
		ceph, ok := result.Inventory.Concrete().(*types.CephPrimaryStorageInventory)
		require.True(t, ok)
		require.Equal(t, "f", ceph.Fsid)
	})
}

// accountZone is synchronous: it has no job.
var syncZoneInfo = variantOf(func(i *zstack.ActionInfo) { i.Async = false })

func TestASynchronousCreationIsSettledByItsResource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		zone string
		made bool
	}{
		"there": {`"name":"z","state":"Enabled"`, true}, "absent": {"", false}, "without a state": {`"name":"z"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: func(int, *http.Request) (*http.Response, error) { return brokenConnection() }, zone: row(test.zone)}
				err := clientOf(t, server).Call(t.Context(), newZone{Name: "z", info: syncZoneInfo}, nil)
				require.Len(t, server.changes, 1)
				if test.made {
					require.NoError(t, err)
					return
				}
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				require.Equal(t, server.named, unknown.ResourceUUID)
			})
		})
	}
}

// The database refuses what a call creates whose job the server has forgotten.
func TestACallThatIsMadeAgainAfterItsJobWasForgottenFindsItsResource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options []zstack.CallOption
		own     *string
		job     string
		made    bool
	}{
		"the same job uuid":             {[]zstack.CallOption{zstack.WithJobUUID(jobUUID)}, nil, internalError, true},
		"a job uuid of the client's":    {nil, nil, internalError, false},
		"a resource uuid of the caller": {[]zstack.CallOption{zstack.WithJobUUID(jobUUID)}, new("9ae0d3f2c1b845679abcdef012345678"), internalError, false},
		"another failure":               {[]zstack.CallOption{zstack.WithJobUUID(jobUUID)}, nil, noQuota, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: acceptOnce, job: stays(503, test.job), zone: row(`"name":"z","state":"Enabled"`)}
				var result zoneResult
				err := clientOf(t, server).Call(t.Context(), newZone{Name: "z", ResourceUUID: test.own}, &result, test.options...)
				require.Equal(t, test.made, err == nil, "%v", err)
				if test.made {
					require.Equal(t, server.named, result.Inventory.UUID)
				}
			})
		})
	}
}

func TestAnOlderResourceOfTheCallersUUIDIsNotTheCalls(t *testing.T) {
	t.Parallel()
	const zone = 8 // hours that the server is ahead of UTC
	for name, test := range map[string]struct {
		before time.Duration // how long before the call it came into being
		ahead  time.Duration // how far the server's clock is
		client *time.Location
		want   string
	}{
		"of the call":                      {-time.Second, 0, time.FixedZone("", zone*3600), "made"},
		"of the call, wrong clock":         {-time.Second, 7 * time.Minute, time.FixedZone("", zone*3600), "made"},
		"a minute older":                   {time.Minute, 0, time.FixedZone("", zone*3600), "failed"},
		"a minute older, wrong clock":      {time.Minute, time.Minute, time.FixedZone("", zone*3600), "failed"},
		"of the call, wrong zone":          {-time.Second, 0, time.UTC, "unknown"},
		"of the call, wrong zone, behind":  {-time.Second, 0, time.FixedZone("", 12*3600), "unknown"},
		"a minute older, zone that is off": {time.Minute, 0, time.FixedZone("", 12*3600), "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				written := began.Add(test.ahead - test.before).In(time.FixedZone("", zone*3600)).Format("Jan 2, 2006 3:04:05 PM")
				server := &maker{change: acceptTwice, job: unknownThen(503, internalError), zone: row(`"name":"z","state":"Enabled","createDate":"` + written + `"`)}
				rt := transport(func(r *http.Request) (*http.Response, error) {
					resp, err := server.RoundTrip(r)
					if err == nil {
						resp.Header.Set("Date", time.Now().Add(test.ahead).UTC().Format(http.TimeFormat))
					}
					return resp, err
				})
				err := clientOf(t, rt, zstack.WithLocation(test.client)).
					Call(t.Context(), newZone{Name: "z", ResourceUUID: new("9ae0d3f2c1b845679abcdef012345678")}, nil)
				var unknown *zstack.UnknownOutcomeError
				got := "made"
				if errors.As(err, &unknown) {
					got = "unknown"
				} else if err != nil {
					require.ErrorIs(t, err, types.SysInternal)
					got = "failed"
				}
				require.Equal(t, test.want, got, "%v", err)
			})
		})
	}
}

func TestACreationThatNoQuerySettles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(int, *http.Request) (*http.Response, error)
		job     func(*maker, time.Duration) (int, string)
		unknown bool
	}{
		"sent twice, refused by the database": {acceptTwice, unknownThen(503, internalError), true},
		"sent twice, failed":                  {acceptTwice, unknownThen(503, noQuota), false},
		"sent once":                           {acceptOnce, stays(503, internalError), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: test.change, job: test.job}
				info := variantOf(func(i *zstack.ActionInfo) { i.SettledBy = nil })
				err := clientOf(t, server).Call(t.Context(), newZone{Name: "z", info: info}, nil)
				var unknown *zstack.UnknownOutcomeError
				require.Equal(t, test.unknown, errors.As(err, &unknown), "%v", err)
				require.Error(t, err)
				require.Zero(t, server.looks)
			})
		})
	}
}

func TestLooksThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault func() (*http.Response, error)
		times int // how many looks meet it; negative for all
		made  bool
	}{
		"pass":        {brokenConnection, 7, true},
		"stay":        {brokenConnection, -1, false},
		"are refused": {func() (*http.Response, error) { return reply(503, `{"error":{"code":"ID.1002"}}`) }, -1, false},
		"are no JSON": {func() (*http.Response, error) { return reply(200, "<html>") }, -1, false},
		"are empty":   {func() (*http.Response, error) { return reply(200, "{}") }, -1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: acceptTwice, job: unknownThen(503, internalError), zone: row(`"name":"z","state":"Enabled"`)}
				looks := 0
				rt := transport(func(r *http.Request) (*http.Response, error) {
					if strings.Contains(r.URL.Path, "/zones/") {
						if looks++; test.times < 0 || looks <= test.times {
							return test.fault()
						}
					}
					return server.RoundTrip(r)
				})
				began := time.Now()
				err := clientOf(t, rt).Call(t.Context(), newZone{Name: "z"}, nil)
				require.Less(t, time.Since(began), time.Minute)
				if test.made {
					require.NoError(t, err)
					return
				}
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				require.ErrorIs(t, err, types.SysInternal)
				require.Equal(t, "CreateZoneAction", requireZError(t, err).Action) // not the query
				require.False(t, zstack.IsPermissionDenied(err))
			})
		})
	}
}

func TestPollAsksTheResourceToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &maker{change: acceptTwice, job: unknownThen(503, internalError), zone: func(age time.Duration) string {
			if age < time.Minute {
				return `"name":"z","state":"Creating"`
			}
			return `"name":"z","state":"Enabled"`
		}}
		job := new(zstack.Job[zoneResult])
		require.NoError(t, clientOf(t, server).Start(t.Context(), newZone{Name: "z"}, job))
		for range 2 {
			ended, err := job.Poll(t.Context())
			require.NoError(t, err)
			require.False(t, ended)
		}
		time.Sleep(time.Minute)
		ended, err := job.Poll(t.Context())
		require.NoError(t, err)
		require.True(t, ended)
		looks := server.looks
		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "z", result.Inventory.Name)
		require.Equal(t, looks, server.looks)
	})
}

func TestAWaitThatEndsWhileTheResourceIsAskedCanBeRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &maker{change: acceptTwice, job: unknownThen(503, internalError), zone: func(age time.Duration) string {
			return `"name":"z","state":"` + map[bool]string{true: "Creating", false: "Enabled"}[age < time.Minute] + `"`
		}}
		job := new(zstack.Job[zoneResult])
		require.NoError(t, clientOf(t, server).Start(t.Context(), newZone{Name: "z"}, job))
		short, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := job.Wait(short)
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		for _, err := range inParallel(5, func(int) error { _, err := job.Wait(t.Context()); return err }) {
			require.NoError(t, err)
		}
	})
}

func TestAForgottenJobOfACreation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		zone string
		made bool
	}{"there": {`"name":"z","state":"Enabled"`, true}, "absent": {"", false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: acceptOnce, job: stays(404, expiredText), zone: row(test.zone)}
				job := new(zstack.Job[zoneResult])
				require.NoError(t, clientOf(t, server).Start(t.Context(), newZone{Name: "z"}, job))
				time.Sleep(4 * time.Hour)
				_, err := job.Wait(t.Context())
				if test.made {
					require.NoError(t, err)
					return
				}
				var expired *zstack.JobExpiredError
				require.ErrorAs(t, err, &expired)
				require.Equal(t, [2]string{job.UUID(), server.named}, [2]string{expired.JobUUID, expired.ResourceUUID})
			})
		})
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	lose := func(int, *http.Request) (*http.Response, error) { return brokenConnection() }
	later := func(status int, body string) func(*maker, time.Duration) (int, string) {
		return func(_ *maker, age time.Duration) (int, string) {
			if age < time.Hour {
				return 502, ""
			}
			return status, body
		}
	}
	zoneLater := func(members string) func(time.Duration) string {
		return func(age time.Duration) string {
			if age < time.Hour {
				return `"state":"Creating"`
			}
			return members
		}
	}
	for name, test := range map[string]struct {
		action zstack.Action
		job    func(*maker, time.Duration) (int, string)
		zone   func(time.Duration) string
		want   string // part of the result; "unknown", "expired" or a code
	}{
		"the job has ended well":       {recoverVM{UUID: vmUUID}, later(200, stopped), nil, "Stopped"},
		"the job has failed":           {recoverVM{UUID: vmUUID}, later(503, noQuota), nil, "ID.1003"},
		"the job is not known":         {recoverVM{UUID: vmUUID}, later(404, expiredText), nil, "expired"},
		"no job to ask for":            {change{"POST"}, later(200, stopped), nil, "unknown"},
		"job and resource":             {newZone{Name: "z"}, later(200, goodZone), zoneLater(`"name":"z","state":"Enabled"`), "of the job"},
		"the resource alone":           {newZone{Name: "z"}, later(404, expiredText), zoneLater(`"name":"z","state":"Enabled"`), `"name":"z"`},
		"neither":                      {newZone{Name: "z"}, later(404, expiredText), zoneLater(``), "unknown"},
		"failed, and nothing is there": {newZone{Name: "z"}, later(503, internalError), zoneLater(``), "SYS.1000"},
		"failed, and it is there":      {newZone{Name: "z"}, later(503, internalError), zoneLater(`"name":"z","state":"Enabled"`), `"name":"z"`},
		"synchronous":                  {newZone{Name: "z", info: syncZoneInfo}, later(200, goodZone), zoneLater(`"name":"z","state":"Enabled"`), `"name":"z"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{job: test.job, zone: test.zone, change: lose}
				rt := transport(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodPut && !strings.Contains(r.URL.Path, "management") {
						server.began = time.Now()
						return brokenConnection()
					}
					return server.RoundTrip(r)
				})
				c := clientOf(t, rt)
				err := c.Call(t.Context(), test.action, nil, zstack.WithTimeout(time.Minute))
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				changes := len(server.changes)
				time.Sleep(time.Hour)
				result, err := unknown.Resolve(t.Context(), c)
				require.Len(t, server.changes, changes)
				var still *zstack.UnknownOutcomeError
				var expired *zstack.JobExpiredError
				switch {
				case test.want == "unknown":
					require.True(t, errors.As(err, &still), "%v", err)
				case test.want == "expired":
					require.True(t, errors.As(err, &expired), "%v", err)
				case strings.Contains(test.want, ".") && err != nil:
					require.False(t, errors.As(err, &still), "%v", err)
					require.ErrorIs(t, err, types.Code(test.want))
				default:
					require.NoError(t, err)
					require.Contains(t, string(result), test.want)
				}
			})
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	closed := clientOf(t, always(200, "{}"))
	require.NoError(t, closed.Close(t.Context()))
	ok := &zstack.UnknownOutcomeError{Async: true, JobUUID: jobUUID}
	var none context.Context
	for name, test := range map[string]struct {
		err        *zstack.UnknownOutcomeError
		ctx        context.Context
		c          *zstack.Client
		field, why string
	}{
		"nil error":   {nil, t.Context(), clientOf(t, always(200, "{}")), "error", zstack.ConstraintRequired},
		"nil client":  {ok, t.Context(), nil, "client", zstack.ConstraintRequired},
		"nil context": {ok, none, clientOf(t, always(200, "{}")), "ctx", zstack.ConstraintRequired},
		"no job uuid": {&zstack.UnknownOutcomeError{Async: true}, t.Context(), clientOf(t, always(200, "{}")), "JobUUID", zstack.ConstraintPath},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.err.Resolve(test.ctx, test.c)
			requireRefused(t, err, test.field, test.why)
		})
	}
	_, err := ok.Resolve(t.Context(), closed)
	require.ErrorIs(t, err, zstack.ErrClosed)
}

func TestAnErrorOfAnotherProcessIsResolvedByItsJob(t *testing.T) {
	t.Parallel()
	noted := &zstack.UnknownOutcomeError{Action: "RecoverVmInstanceAction", JobUUID: jobUUID, Async: true}
	result, err := noted.Resolve(t.Context(), clientOf(t, always(200, stopped)))
	require.NoError(t, err)
	require.JSONEq(t, stopped, string(result))
}

func TestARowShowsNoSecretInTheError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &maker{change: acceptOnce, job: stays(404, expiredText), zone: row(`"password":"hunter2hunter2"`)}
		err := clientOf(t, server).Call(t.Context(), newZone{Name: "z"}, nil)
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		require.NotEmpty(t, unknown.Row)
		require.NotContains(t, printed(err)+marshaled(t, unknown), "hunter2")
	})
}

func marshaled(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// However often it is polled, what is not there has time to come.
func TestPollsInHasteConcludeNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(int, *http.Request) (*http.Response, error)
		job    func(*maker, time.Duration) (int, string)
		after  time.Duration
	}{
		"failed": {acceptTwice, unknownThen(503, internalError), time.Second},
		"gone":   {acceptOnce, stays(404, expiredText), 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{change: test.change, job: test.job, zone: row("")}
				job := new(zstack.Job[zoneResult])
				require.NoError(t, clientOf(t, server).Start(t.Context(), newZone{Name: "z"}, job))
				for range 20 {
					ended, err := job.Poll(t.Context())
					require.NoError(t, err)
					require.False(t, ended)
				}
				time.Sleep(test.after)
				ended, err := job.Poll(t.Context())
				require.NoError(t, err)
				require.True(t, ended)
				_, err = job.Wait(t.Context())
				require.Error(t, err)
			})
		})
	}
}
