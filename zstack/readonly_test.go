package zstack_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// readByPUT and changeByGET are calls whose methods say nothing of what they do.
type (
	readByPUT   struct{}
	readByJob   struct{}
	changeByGET struct{}
	openChange  struct{}
)

func (readByPUT) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "GetVersionAction", Method: "PUT", Path: "/management-nodes/actions", Body: "getVersion", Reads: true}
}

func (readByJob) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "ListAction", Method: "PUT", Path: "/list", Body: "list", Session: true, Async: true, Reads: true}
}

func (changeByGET) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "CheckAction", Method: "GET", Path: "/check", Session: true}
}

// openChange is one that needs no session, as logins do.
func (openChange) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "LogInAction", Method: "PUT", Path: "/login", Body: "logIn"}
}

// requireReadOnly checks that a client refused a change for what it is.
func requireReadOnly(t *testing.T, err error, action string) {
	t.Helper()
	require.ErrorIs(t, err, zstack.ErrReadOnly)
	requireRefused(t, err, "", zstack.ConstraintReadOnly)
	var refused *zstack.ValidationError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, action, refused.Action)
}

func TestAReadOnlyClientSendsNoChange(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *zstack.Client, zstack.Action) error{
		"Call": func(ctx context.Context, c *zstack.Client, a zstack.Action) error { return c.Call(ctx, a, nil) },
		"Start": func(ctx context.Context, c *zstack.Client, a zstack.Action) error {
			return c.Start(ctx, a, new(zstack.Job[vmResult]))
		},
		"Do": func(ctx context.Context, c *zstack.Client, a zstack.Action) error {
			_, err := zstack.Do(ctx, c, a)
			return err
		},
	} {
		for _, action := range []zstack.Action{
			recoverVM{UUID: vmUUID}, recoverVM{}, // whatever else is wrong with it
			&destroyVM{UUID: vmUUID}, newAccount{Name: "n", Password: "p"}, newZone{Name: "z"},
			submitLongJob{JobName: "n", JobData: "{}"}, changeByGET{}, openChange{}, getVersion{},
			recoverVM{UUID: vmUUID, SessionID: sessionUUID},
		} {
			t.Run(name+" "+action.ActionInfo().Name, func(t *testing.T) {
				t.Parallel()
				rec := record(always(200, "{}"))
				c := clientOf(t, rec, zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithReadOnly())
				requireReadOnly(t, call(t.Context(), c, action), action.ActionInfo().Name)
				require.Empty(t, rec.requests())
			})
		}
	}
}

func TestAReadOnlyClientReads(t *testing.T) {
	t.Parallel()
	const rows = `{"inventories":[{"uuid":"` + vmUUID + `"}],"total":1,"inventory":{"uuid":"` + vmUUID + `"}}`
	query := queryVM{Conditions: []string{}}
	for name, read := range map[string]func(context.Context, *zstack.Client) error{
		"Call of a query": func(ctx context.Context, c *zstack.Client) error { return c.Call(ctx, query, nil) },
		"Call of a GET":   func(ctx context.Context, c *zstack.Client) error { return c.Call(ctx, change{"GET"}, nil) },
		"Call of a PUT":   func(ctx context.Context, c *zstack.Client) error { return c.Call(ctx, readByPUT{}, nil) },
		"Call of a job":   func(ctx context.Context, c *zstack.Client) error { return c.Call(ctx, readByJob{}, nil) },
		"Start": func(ctx context.Context, c *zstack.Client) error {
			return c.Start(ctx, query, new(zstack.Job[queryVMResult]))
		},
		"First": func(ctx context.Context, c *zstack.Client) error { return c.First(ctx, query, new(queryVMResult)) },
		"One":   func(ctx context.Context, c *zstack.Client) error { return c.One(ctx, query, new(queryVMResult)) },
		"Get": func(ctx context.Context, c *zstack.Client) error {
			return c.Get(ctx, query, vmUUID, new(queryVMResult))
		},
		"Wait of a resumed job": func(ctx context.Context, c *zstack.Client) error {
			_, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(ctx)
			return err
		},
		"Progress of a job": func(ctx context.Context, c *zstack.Client) error {
			_, err := zstack.ResumeJob[vmResult](c, jobUUID).Progress(ctx)
			return err
		},
		"Resolve of a change": func(ctx context.Context, c *zstack.Client) error {
			_, err := (&zstack.UnknownOutcomeError{Async: true, JobUUID: jobUUID}).Resolve(ctx, c)
			return err
		},
		"Count": func(ctx context.Context, c *zstack.Client) error { _, err := c.Count(ctx, query); return err },
		"the pages of a query": func(ctx context.Context, c *zstack.Client) error {
			p := zstack.NewPager(c, query, new(queryVMResult))
			p.Next(ctx)
			return p.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, rows))
			require.NoError(t, read(t.Context(), clientOf(t, rec, zstack.WithReadOnly())))
			require.NotEmpty(t, rec.requests())
		})
	}
}

// To validate sends nothing, whatever the client may send.
func TestAReadOnlyClientChecksChanges(t *testing.T) {
	t.Parallel()
	require.NoError(t, clientOf(t, always(200, "{}"), zstack.WithReadOnly()).Validate(recoverVM{UUID: vmUUID}))
}

func TestAReadOnlyClientLogsInAndOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New()
		c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithReadOnly())
		for began := time.Now(); time.Since(began) < 5*time.Hour; time.Sleep(time.Minute) {
			require.NoError(t, c.Call(t.Context(), listVMs, nil))
		}
		require.NoError(t, c.Close(t.Context()))
		count := counts(node)
		require.Equal(t, []int{1, 2, 1}, []int{count["LogInByAccount"], count["RenewSession"], count["LogOut"]})
	})
}

func TestALoginFunctionOfAReadOnlyClient(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action zstack.Action
		sent   bool
	}{
		"a login":                    {openChange{}, true},
		"a change":                   {recoverVM{UUID: vmUUID}, false},
		"a change with a session":    {recoverVM{UUID: vmUUID, SessionID: sessionUUID}, false},
		"what changes, as it may be": {changeByGET{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, `{"inventories":[]}`))
			c := clientOf(t, rec, zstack.WithReadOnly(), zstack.WithCredentials(zstack.Login(func(ctx context.Context, c *zstack.Client) (*types.SessionInventory, error) {
				return &types.SessionInventory{UUID: sessionUUID}, c.Call(ctx, test.action, nil)
			})))
			err := c.Call(t.Context(), listVMs, nil)
			if test.sent {
				require.NoError(t, err)
				require.Len(t, rec.requests(), 2)
				return
			}
			require.ErrorIs(t, err, zstack.ErrReadOnly)
			require.Empty(t, rec.requests())
		})
	}
}

// A login of one client is no reason for another one to change something.
func TestALoginOfAnotherClientIsNotTheReadOnlyOnes(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"inventories":[]}`))
	for name, credentials := range map[string]zstack.Credentials{"a session": zstack.Session(sessionUUID), "an account": zstack.Account("admin", "password")} {
		readOnly := clientOf(t, rec, zstack.WithReadOnly(), zstack.WithCredentials(credentials))
		c := clientOf(t, rec, zstack.WithCredentials(zstack.Login(func(ctx context.Context, _ *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, readOnly.Call(ctx, openChange{}, nil)
		})))
		require.ErrorIs(t, c.Call(t.Context(), listVMs, nil), zstack.ErrReadOnly, name)
	}
	require.Empty(t, rec.requests())
}

func TestAReadOnlyClientCancelsNoJob(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`))
	c := clientOf(t, rec, zstack.WithReadOnly())
	requireReadOnly(t, zstack.ResumeJob[longJobResult](c, jobUUID).Cancel(t.Context()), "CancelLongJobAction")
	require.Empty(t, rec.requests())
}

func TestWhatIsNoActionIsNotRefusedAsAChange(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, "{}"), zstack.WithReadOnly())
	for name, action := range map[string]zstack.Action{"nil": nil, "a nil pointer": (*recoverVM)(nil), "without ActionInfo": noInfo{}, "a number": number(1)} {
		err := c.Call(t.Context(), action, nil)
		var refused *zstack.ValidationError
		require.ErrorAs(t, err, &refused, name)
		require.False(t, errors.Is(err, zstack.ErrReadOnly), name)
	}
}

func TestAReadOnlyClientSubmitsAndCancelsNoLongJob(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec, zstack.WithReadOnly())
	long := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID})
	_, err := long.Start(t.Context(), c)
	require.ErrorIs(t, err, zstack.ErrReadOnly)
	require.ErrorIs(t, long.Resume(c, vmUUID).Cancel(t.Context()), zstack.ErrReadOnly)
	require.Empty(t, rec.requests())
}
