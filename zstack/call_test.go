package zstack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestReplyOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("PUT", "http://localhost:8080/zstack/v1/vm-instances/"+vmUUID+"/actions",
		httpmock.NewStringResponder(200, testdata(t, "recover_vm_instance_reply.json")))
	c, err := zstack.NewClient("localhost", zstack.WithHTTPClient(&http.Client{Transport: mock}),
		zstack.WithCredentials(zstack.Session(sessionUUID)), zstack.WithLocation(shanghai))
	require.NoError(t, err)

	var result vmResult
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, &result))

	date := time.Date(2017, time.November, 14, 22, 20, 57, 0, shanghai)
	vm := result.Inventory
	require.Equal(t, []string{"1b3cdc92c630366285008630dc04cccf", "Test-VM", "web server VM", "Linux", "Stopped", "LastHostPreferredAllocatorStrategy"},
		[]string{vm.UUID, vm.Name, vm.Description, vm.Platform, vm.State, vm.AllocatorStrategy})
	require.Equal(t, int64(8589934592), vm.MemorySize)
	require.Equal(t, int32(1), vm.CPUNum)
	require.Equal(t, []time.Time{date, date}, []time.Time{vm.CreateDate, vm.LastOpDate})
	require.Len(t, vm.VmNics, 1)
	require.Equal(t, "00:0c:29:bd:99:fc", vm.VmNics[0].MAC)
	require.Equal(t, date, vm.VmNics[0].CreateDate)
	require.Len(t, vm.AllVolumes, 1)
	volume := vm.AllVolumes[0]
	require.Equal(t, []int64{107374182400, 21474836480}, []int64{volume.Size, volume.ActualSize})
	require.Equal(t, []string{"Root", "qcow2", "Ready"}, []string{volume.Type, volume.Format, volume.Status})
	require.Equal(t, 1, mock.GetTotalCallCount())
}

func TestCallOnTheSimulatedNode(t *testing.T) {
	t.Parallel()
	node, c := nodeWithSession(t)
	vm := node.Add("VmInstance", map[string]any{"name": "web", "state": "Destroyed", "memorySize": int64(8589934592)})
	var result vmResult
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, &result))
	require.Equal(t, "Stopped", result.Inventory.State)
	require.Equal(t, int64(8589934592), result.Inventory.MemorySize)
}

func TestDoReturnsTheReplyAsItCame(t *testing.T) {
	t.Parallel()
	const body = ` {"inventory": {"memorySize": 8.589934592E9}, "new": 1}`
	raw, err := zstack.Do(t.Context(), clientOf(t, always(200, body)), recoverVM{UUID: vmUUID})
	require.NoError(t, err)
	require.Equal(t, body, string(raw))
}

func TestDoReturnsAnEmptyObjectForNoContent(t *testing.T) {
	t.Parallel()
	raw, err := zstack.Do(t.Context(), clientOf(t, always(204, "")), destroyVM{UUID: vmUUID})
	require.NoError(t, err)
	require.Equal(t, "{}", string(raw))
}

func TestResultsThatNothingCanBeReadInto(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]any{"a struct": vmResult{}, "nil pointer": (*vmResult)(nil), "a map": map[string]any{}, "a text": "x"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			requireRefused(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID}, result), "result", zstack.ConstraintType)
			require.Empty(t, rec.requests())
		})
	}
}

func TestJobsThatNothingCanBePutInto(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	for name, start := range map[string]func() error{
		"nil":         func() error { return c.Start(t.Context(), recoverVM{UUID: vmUUID}, nil) },
		"nil pointer": func() error { return c.Start(t.Context(), recoverVM{UUID: vmUUID}, (*zstack.Job[vmResult])(nil)) },
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, start(), "job", zstack.ConstraintRequired)
			require.Empty(t, rec.requests())
		})
	}
}

type ownResult []string

func (r *ownResult) UnmarshalJSON(data []byte) error {
	*r = []string{string(data)}
	return nil
}

// A change must not run before it is known that its result has no place to go.
func TestResultsThatHoldNoObjectAreRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"a":1}`))
	c := clientOf(t, rec)
	for name, result := range map[string]any{
		"number": new(int), "text": new(string), "list": new([]any), "pointer to a number": new(*int), "channel": new(chan int),
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, result), "result", zstack.ConstraintType)
			require.Empty(t, rec.requests())
		})
	}
	for name, result := range map[string]any{
		"struct": new(vmResult), "pointer": new(*vmResult), "any": new(any), "map": new(map[string]any), "raw": new(json.RawMessage), "own": new(ownResult),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, clientOf(t, always(200, `{"a":1,"inventory":null}`)).Call(t.Context(), recoverVM{UUID: vmUUID}, result))
		})
	}
	for name, v := range map[string]any{"no pointer": 1, "nil pointer": (*int)(nil), "nil": nil} {
		t.Run("Decode into "+name, func(t *testing.T) {
			requireRefused(t, c.Decode([]byte("1"), v), "v", zstack.ConstraintType)
		})
	}
}

func TestResultsOfAnyShape(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, `{"a":9007199254740993,"b":[1.5,null]}`))
	var result map[string]any
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, &result))
	require.Equal(t, map[string]any{"a": int64(9007199254740993), "b": []any{1.5, nil}}, result)
}

func TestNilContextsAreRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	var none context.Context
	for name, use := range map[string]func() error{
		"Call":  func() error { return c.Call(none, recoverVM{UUID: vmUUID}, nil) },
		"Start": func() error { return c.Start(none, recoverVM{UUID: vmUUID}, new(zstack.Job[vmResult])) },
		"Do":    func() error { _, err := zstack.Do(none, c, recoverVM{UUID: vmUUID}); return err },
		"Wait":  func() error { _, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(none); return err },
		"Poll":  func() error { _, err := zstack.ResumeJob[vmResult](c, jobUUID).Poll(none); return err },
		"Pager": func() error {
			p := zstack.NewPager(c, queryVM{}, new(queryVMResult))
			p.Next(none)
			return p.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, use(), "ctx", zstack.ConstraintRequired)
			require.Empty(t, rec.requests())
		})
	}
}

func TestCallOptionsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		option            zstack.CallOption
		field, constraint string
	}{
		"job uuid too short":     {zstack.WithJobUUID("0123"), "WithJobUUID", zstack.ConstraintType},
		"job uuid in upper case": {zstack.WithJobUUID(strings.ToUpper(jobUUID)), "WithJobUUID", zstack.ConstraintType},
		"job uuid with dashes":   {zstack.WithJobUUID("01234567-89ab-cdef-0123-456789abcdef"), "WithJobUUID", zstack.ConstraintType},
		"empty job uuid":         {zstack.WithJobUUID(""), "WithJobUUID", zstack.ConstraintType},
		"no API timeout":         {zstack.WithAPITimeout(0), "WithAPITimeout", zstack.ConstraintRange},
		"negative API timeout":   {zstack.WithAPITimeout(-1), "WithAPITimeout", zstack.ConstraintRange},
		"no poll interval":       {zstack.WithPollInterval(0), "WithPollInterval", zstack.ConstraintRange},
		"no timeout":             {zstack.WithTimeout(0), "WithTimeout", zstack.ConstraintRange},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			err := clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, nil, test.option)
			requireRefused(t, err, test.field, test.constraint)
			require.ErrorContains(t, err, "RecoverVmInstanceAction")
			require.Empty(t, rec.requests())
		})
	}
}

// A phase is a part of a call that a context can end in. hang says what the
// server does when it is reached: it calls reached and waits for the context.
type phase struct {
	credentials zstack.Credentials
	action      zstack.Action
	serve       func(hang func(*http.Request) error) transport
	// unknown says that the call may have run.
	unknown bool
	// polls says that the job goes on.
	polls bool
}

// A hangingBody never ends before the context does.
type hangingBody struct {
	request *http.Request
	hang    func(*http.Request) error
}

func (b hangingBody) Read([]byte) (int, error) { return 0, b.hang(b.request) }
func (b hangingBody) Close() error             { return nil }

func phases() map[string]phase {
	session := zstack.Session(sessionUUID)
	hangs := func(hang func(*http.Request) error) transport {
		return func(r *http.Request) (*http.Response, error) { return nil, hang(r) }
	}
	body := func(hang func(*http.Request) error) transport {
		return func(r *http.Request) (*http.Response, error) {
			resp, err := reply(200, "")
			resp.ContentLength = -1
			resp.Body = hangingBody{r, hang}
			return resp, err
		}
	}
	return map[string]phase{
		"login":               {credentials: zstack.Account("admin", "password"), action: recoverVM{UUID: vmUUID}, serve: hangs},
		"sending":             {credentials: session, action: recoverVM{UUID: vmUUID}, serve: hangs, unknown: true},
		"sending a read":      {credentials: session, action: queryVM{Conditions: []string{}}, serve: hangs},
		"reading a body":      {credentials: session, action: recoverVM{UUID: vmUUID}, serve: body, unknown: true},
		"reading a read body": {credentials: session, action: queryVM{Conditions: []string{}}, serve: body},
		"between polls": {credentials: session, action: recoverVM{UUID: vmUUID}, polls: true, serve: func(func(*http.Request) error) transport {
			return func(r *http.Request) (*http.Response, error) { return reply(202, accepted(jobUUID)) }
		}},
		"a poll": {credentials: session, action: recoverVM{UUID: vmUUID}, polls: true, serve: func(hang func(*http.Request) error) transport {
			return func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return nil, hang(r)
				}
				return reply(202, accepted(jobUUID))
			}
		}},
		"between attempts": {credentials: session, action: queryVM{Conditions: []string{}}, serve: func(func(*http.Request) error) transport {
			return func(r *http.Request) (*http.Response, error) {
				resp, err := reply(429, "")
				resp.Header.Set("Retry-After", "60")
				return resp, err
			}
		}},
	}
}

// hang waits for the end of a request's context.
func hang(r *http.Request) error {
	<-r.Context().Done()
	return r.Context().Err()
}

func TestContextEndsACallInEveryPhase(t *testing.T) {
	t.Parallel()
	ends := map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"cancelled": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(5*time.Second+time.Millisecond, cancel)
			return ctx, cancel
		}, context.Canceled},
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 5*time.Second+time.Millisecond)
		}, context.DeadlineExceeded},
	}
	for name, phase := range phases() {
		for how, end := range ends {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := clientOf(t, phase.serve(hang), zstack.WithCredentials(phase.credentials))
					ctx, cancel := end.end(t.Context())
					defer cancel()
					began := time.Now()
					var options []zstack.CallOption
					if phase.action.ActionInfo().Method != http.MethodGet {
						options = append(options, zstack.WithJobUUID(jobUUID))
					}
					err := c.Call(ctx, phase.action, nil, options...)
					require.Equal(t, 5*time.Second+time.Millisecond, time.Since(began)) // at once
					require.ErrorIs(t, err, end.want)
					var unknown *zstack.UnknownOutcomeError
					require.Equal(t, phase.unknown, errors.As(err, &unknown), err)
					uuid := jobUUID
					switch {
					case options == nil:
						uuid = requireZError(t, err).JobUUID
						require.Len(t, uuid, 32)
					case !phase.unknown:
						require.Equal(t, jobUUID, requireZError(t, err).JobUUID)
					}
					require.Equal(t, phase.action.ActionInfo().Async, strings.Contains(err.Error(), uuid), err)
				})
			})
		}
	}
}

func TestContextEndsACallThatWaitsForAConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		defer inner.CloseIdleConnections()
		began := time.Now()
		err := clientOf(t, inner).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(5*time.Second))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 5*time.Second, time.Since(began))
		require.NotEmpty(t, requireZError(t, err).JobUUID) // nothing was sent, so nothing is unknown
	})
}

func TestContextThatHasEndedSendsNothing(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]zstack.Credentials{"session": zstack.Session("s"), "login": zstack.Account("admin", "password")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := clientOf(t, rec, zstack.WithCredentials(credentials)).Call(ctx, recoverVM{UUID: vmUUID}, nil)
			require.ErrorIs(t, err, context.Canceled)
			requireZError(t, err) // not an unknown outcome
			require.Empty(t, rec.requests())
		})
	}
}

func TestCauseOfACancellationIsTold(t *testing.T) {
	t.Parallel()
	cause := errors.New("the operator went home")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(cause) })
		err := clientOf(t, always(202, accepted(jobUUID))).Call(ctx, recoverVM{UUID: vmUUID}, nil)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause)
	})
}

// Sockets are real here, so that the default transport is tried too.
func TestContextEndsACallOnARealConnection(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	srv := zstacktest.NewServer(t, zstacktest.WithMiddleware(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// Only a body that was read lets the server see the connection end.
			_, _ = io.Copy(io.Discard, r.Body)
			arrived <- struct{}{}
			<-r.Context().Done()
		})
	}))
	c, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Session(sessionUUID)))
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(context.Background())) }()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan time.Time, 1)
	go func() {
		<-arrived
		ended <- time.Now()
		cancel()
	}()
	err = c.Call(ctx, recoverVM{UUID: vmUUID}, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(<-ended), time.Second) // promised are 100 ms; machines under test are slow
}

func TestSessionThatEndedIsRenewedOnce(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"asynchronous": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New(zstacktest.WithJobDelay(delay))
				vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
				c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")))
				require.NoError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil))
				node.ExpireSessions()
				node.ResetRequests()
				require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, nil))
				actions, jobs := sentActions(node)
				require.Equal(t, []string{"RecoverVmInstance", "LogInByAccount", "RecoverVmInstance"}, actions)
				require.NotEqual(t, jobs[0], jobs[2]) // the first job uuid is used up
			})
		})
	}
}

// sentActions lists the API calls that a node has seen, and their job uuids.
func sentActions(node *zstacktest.Node) (actions, jobs []string) {
	for _, r := range node.Requests() {
		if r.Action != "" {
			actions, jobs = append(actions, r.Action), append(jobs, r.Header.Get("X-Job-UUID"))
		}
	}
	return actions, jobs
}

func TestSessionThatEndedIsRenewedForSynchronousCalls(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")))
	require.NoError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil))
	node.ExpireSessions()
	node.ResetRequests()
	require.NoError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil))
	actions, _ := sentActions(node)
	require.Equal(t, []string{"QueryVmInstance", "LogInByAccount", "QueryVmInstance"}, actions)
}

// endedSession is a server that has always ended the session.
func endedSession(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") == "" {
		return reply(200, `{"inventory":{"uuid":"`+zstack.NewJobUUID()+`"}}`)
	}
	return reply(503, `{"error":{"code":"ID.1001","description":"Session expired"}}`)
}

func TestASessionThatEndsForEverEndsTheCall(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"at once": queryVM{Conditions: []string{}}, "in the job": recoverVM{UUID: vmUUID}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &endingSessions{ends: -1, async: action.ActionInfo().Async}
				began := time.Now()
				require.True(t, zstack.IsInvalidSession(accountClient(t, server).Call(t.Context(), action, nil)))
				require.Len(t, server.calls, 6)
				require.Equal(t, 6, server.logins)
				require.InDelta(t, 3750*time.Millisecond, time.Since(began), float64(time.Second))
			})
		})
	}
}

func TestASessionThatEndsAgainDoesNotLoseTheCall(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"at once": newAccount{Name: "n", Password: "p"}, "in the job": recoverVM{UUID: vmUUID}} {
		for ends := 1; ends <= 5; ends++ {
			t.Run(fmt.Sprint(name, " ", ends), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					server := &endingSessions{ends: ends, async: action.ActionInfo().Async}
					require.NoError(t, accountClient(t, server).Call(t.Context(), action, nil))
					require.Len(t, server.calls, ends+1)
					jobs := make(map[string]bool)
					for i, call := range server.calls {
						jobs[call.job] = true
						if i > 1 { // the first repetition is made at once
							pause := min(250*time.Millisecond<<(i-2), 2*time.Second)
							require.GreaterOrEqual(t, call.at.Sub(server.calls[i-1].at), pause*9/10)
						}
					}
					require.Len(t, jobs, ends+1)
				})
			})
		}
	}
}

func TestNothingIsRepeatedForACallerWhoLeavesInAPause(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"at once": newAccount{Name: "n", Password: "p"}, "in the job": recoverVM{UUID: vmUUID}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &endingSessions{ends: -1, async: action.ActionInfo().Async}
				err := accountClient(t, server).Call(t.Context(), action, nil, zstack.WithTimeout(200*time.Millisecond))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorContains(t, err, "not")
				calls := len(server.calls)
				time.Sleep(time.Minute)
				require.Len(t, server.calls, calls)
			})
		})
	}
}

// endingSessions is a server that ends the session of the first calls.
type endingSessions struct {
	ends  int // how many; negative for all
	async bool

	logins int
	calls  []callMade
}

type callMade struct {
	job string
	at  time.Time
}

func (s *endingSessions) RoundTrip(r *http.Request) (*http.Response, error) {
	const ended = `{"error":{"code":"ID.1001"}}`
	over := s.ends < 0 || len(s.calls) <= s.ends
	switch {
	case strings.HasSuffix(r.URL.Path, "/login"):
		s.logins++
		return reply(200, `{"inventory":{"uuid":"`+zstack.NewJobUUID()+`"}}`)
	case strings.Contains(r.URL.Path, "/api-jobs/") && over:
		return reply(503, ended)
	case strings.Contains(r.URL.Path, "/api-jobs/"):
		return reply(200, stopped)
	}
	s.calls = append(s.calls, callMade{r.Header.Get("X-Job-UUID"), time.Now()})
	switch {
	case s.async:
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	case s.ends < 0 || len(s.calls) <= s.ends:
		return reply(503, ended)
	}
	return reply(200, "{}")
}

func TestSessionIsNotRenewedWhereItIsNotTheClientsOwn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		credentials zstack.Credentials
		action      zstack.Action
		options     []zstack.CallOption
		sent        int
	}{
		"session as given":         {zstack.Session("s1"), queryVM{Conditions: []string{}}, nil, 1},
		"session of the action":    {zstack.Account("admin", "password"), queryVM{Conditions: []string{}, SessionID: "s1"}, nil, 1},
		"job uuid that is used up": {zstack.Account("admin", "password"), recoverVM{UUID: vmUUID}, []zstack.CallOption{zstack.WithJobUUID(jobUUID)}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(transport(endedSession))
			c := clientOf(t, rec, zstack.WithCredentials(test.credentials))
			require.True(t, zstack.IsInvalidSession(c.Call(t.Context(), test.action, nil, test.options...)))
			require.Len(t, rec.requests(), test.sent)
		})
	}
}

func TestSessionThatEndedIsForgottenWhereItCannotBeRenewed(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")))
	query := queryVM{Conditions: []string{}}
	require.NoError(t, c.Call(t.Context(), query, nil))
	node.ExpireSessions()
	// A job uuid of the caller's own is used up, so the call is not repeated.
	require.True(t, zstack.IsInvalidSession(c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID))))
	node.ResetRequests()
	require.NoError(t, c.Call(t.Context(), query, nil))
	actions, _ := sentActions(node)
	require.Equal(t, []string{"LogInByAccount", "QueryVmInstance"}, actions)
}

func TestStartLogsInAgainWhereTheSessionHasEnded(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")))
	require.NoError(t, c.Call(t.Context(), listVMs, nil))
	node.ExpireSessions()
	require.NoError(t, c.Start(t.Context(), listVMs, new(zstack.Job[queryVMResult])))
}

func TestAFailureThatASessionCausedIsNotRepeated(t *testing.T) {
	t.Parallel()
	sent := 0
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/login") {
			return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
		}
		sent++
		return reply(503, `{"error":{"code":"SYS.1006","cause":{"code":"ID.1001"}}}`)
	}), zstack.WithCredentials(zstack.Account("admin", "password")))
	err := c.Call(t.Context(), newAccount{Name: "n", Password: "p"}, nil)
	require.True(t, zstack.IsInvalidSession(err))
	require.Equal(t, 1, sent)
}

func TestAProxyInTheServersPlaceLeavesAChangeUnknown(t *testing.T) {
	t.Parallel()
	for _, status := range []int{502, 503, 504} {
		rec := record(always(status, "<html>"))
		err := clientOf(t, rec).Call(t.Context(), newAccount{Name: "n", Password: "p"}, nil)
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		var failed *zstack.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, status, failed.Status)
		rec.only(t)
	}
}
