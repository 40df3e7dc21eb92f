package provider_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// What the server refuses leaves nothing in the state.
func TestCreateRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault zstacktest.Fault
		want  string
	}{
		"it fails":         {zstacktest.WithCode(types.VmCreateError), "The server did not do it."},
		"over the quota":   {zstacktest.WithCode(types.IDQuotaExceeding), "The quota of the provider's account does not allow this."},
		"not permitted":    {zstacktest.WithCode(types.IDPermissionDenied), "The account of the provider may not do this."},
		"no such resource": {zstacktest.WithCode(types.SysResourceNotFound), "There is no such resource"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.node.Fail("CreateVmInstance", test.fault)
			vm, err := w.try(t.Context(), nil, w.block(nil))
			require.ErrorContains(t, err, "Could not create the VM")
			require.ErrorContains(t, err, test.want)
			require.Nil(t, vm)
		})
	}
}

func TestNoSuchImage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm, err := w.try(t.Context(), nil, w.block(core.Config{"image_uuid": strings.Repeat("0", 32)}))
	require.ErrorContains(t, err, "There is no such resource")
	require.Nil(t, vm)
}

// The VM is there, and what comes after its creation fails.
func TestCreatedAndThenFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop := w.node.Fail("QueryVmInstance", zstacktest.WithCode(types.SysInternal))
	vm, err := w.try(t.Context(), nil, w.block(nil))
	require.ErrorContains(t, err, "Could not read the VM after it was changed")
	require.Equal(t, "Running", w.vm(vm)["state"])
	require.True(t, vm.Tainted)
	require.Nil(t, vm.Get("ips"))
	stop()

	vm, plan := w.plan(vm, w.block(nil))
	require.Equal(t, core.Replace, plan.Action)
	after, err := w.Apply(t.Context(), plan)
	require.NoError(t, err)
	require.Equal(t, "Destroyed", w.vm(vm)["state"])
	require.Equal(t, "Running", w.vm(after)["state"])
}

// The VM is there, and is not in the state that it is to have.
func TestCreatedInAnotherState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.node.Handle("CreateVmInstance", func(call *zstacktest.Call) (any, error) {
		uuid := call.Params["resourceUuid"].(string)
		w.node.Add("VmInstance", map[string]any{"uuid": uuid, "name": "web", "state": "Crashed"})
		return map[string]any{"inventory": w.node.Get("VmInstance", uuid)}, nil
	})
	vm, err := w.try(t.Context(), nil, w.block(nil))
	require.ErrorContains(t, err, "The VM is not running (AttributeName(\"state\"))")
	require.Equal(t, "Crashed", w.vm(vm)["state"])
	require.Equal(t, "crashed", vm.Get("state"))
}

// cutOff loses the reply to a request, and then answers nothing more, until broken is reset.
func cutOff(broken *atomic.Bool, lost func(*http.Request) bool) zstacktest.Option {
	return zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if broken.Load() {
				panic(http.ErrAbortHandler)
			}
			if lost(r) {
				broken.Store(true)
				next.ServeHTTP(discarded{rw}, r)
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(rw, r)
		})
	})
}

// discarded is a reply that gets lost.
type discarded struct{ http.ResponseWriter }

func (discarded) Write(p []byte) (int, error) { return len(p), nil }
func (discarded) WriteHeader(int)             {}

func TestCreationOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		exists bool
		action core.Action // planned afterwards
	}{
		"it is there":     {true, core.Replace},
		"it is not there": {false, core.Create},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var broken atomic.Bool
				w := newWorld(t, cutOff(&broken, func(r *http.Request) bool {
					return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/vm-instances")
				}))
				vm, err := w.try(t.Context(), nil, w.block(nil))
				require.ErrorContains(t, err, "It is not known whether the server did this: create the VM")
				require.ErrorContains(t, err, "WARNING: The VM is kept in the state")
				require.True(t, vm.Tainted)
				require.Nil(t, vm.Get("ips"))

				broken.Store(false)
				require.NotNil(t, w.vm(vm))
				if !test.exists {
					w.node.Remove("VmInstance", vm.Get("uuid").(string))
				}
				_, plan := w.plan(vm, w.block(nil))
				require.Equal(t, test.action, plan.Action)
			})
		})
	}
}

func TestUpdateOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		w := newWorld(t, cutOff(&broken, func(r *http.Request) bool {
			return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/vm-instances/")
		}))
		first := w.apply(nil, w.block(nil))
		vm, err := w.try(t.Context(), first, w.block(core.Config{"name": "db"}))
		require.ErrorContains(t, err, "It is not known whether the server did this: rename or describe the VM")
		require.Equal(t, "web", vm.Get("name"))
		require.False(t, vm.Tainted)

		broken.Store(false)
		_, plan := w.plan(vm, w.block(core.Config{"name": "db"}))
		require.Equal(t, core.None, plan.Action)
	})
}

// What an update changed before it failed is in the state.
func TestUpdateFailsInTheMiddle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(nil))
	stop := w.node.Fail("ChangeInstanceOffering", zstacktest.WithDetails("not while it runs"))
	block := w.block(core.Config{"name": "db", "instance_offering_uuid": w.offering()})
	vm, err := w.try(t.Context(), vm, block)
	require.ErrorContains(t, err, "Could not change the instance offering of the VM")
	require.ErrorContains(t, err, "not while it runs")
	require.Equal(t, "db", vm.Get("name"))
	require.Equal(t, w.node.Site().InstanceOfferingUUID, vm.Get("instance_offering_uuid"))
	require.False(t, vm.Tainted)
	stop()

	_, plan := w.plan(vm, block)
	require.Equal(t, []string{"instance_offering_uuid"}, plan.Changes)
}

func TestEachStepFails(t *testing.T) {
	t.Parallel()
	for action, test := range map[string]struct {
		from, to core.Config
		want     string
	}{
		"StopVmInstance":        {nil, core.Config{"state": "stopped"}, "Could not stop the VM"},
		"StartVmInstance":       {core.Config{"state": "stopped"}, nil, "Could not start the VM"},
		"UpdateVmInstance":      {nil, core.Config{"name": "db"}, "Could not rename or describe the VM"},
		"AttachL3NetworkToVm":   {nil, core.Config{"l3_network_uuids": nil}, "Could not change the networks of the VM"},
		"DetachL3NetworkFromVm": {nil, core.Config{"l3_network_uuids": nil}, "Could not change the networks of the VM"},
		"QueryVmInstance":       {nil, core.Config{"timeouts": core.Config{"read": "1m"}}, "Could not read the VM after it was changed"},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			vm := w.apply(nil, w.block(test.from))
			block := w.block(test.to)
			if block["l3_network_uuids"] == nil {
				block["l3_network_uuids"] = []string{w.network()}
			}
			_, plan := w.plan(vm, block)
			w.node.Fail(action)
			after, err := w.Apply(t.Context(), plan)
			require.ErrorContains(t, err, test.want)
			require.Equal(t, vm.Get("uuid"), after.Get("uuid"))
			require.Equal(t, vm.Get("ips"), after.Get("ips"))
		})
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(nil))
	w.node.Fail("QueryVmInstance", zstacktest.WithCode(types.SysInternal))
	_, err := w.Refresh(t.Context(), vm)
	require.ErrorContains(t, err, "Could not read the VM")
}

func TestDeleteFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(nil))
	stop := w.node.Fail("DestroyVmInstance")
	left, err := w.destroy(vm)
	require.ErrorContains(t, err, "Could not destroy the VM")
	require.Equal(t, vm.Get("uuid"), left.Get("uuid"))
	stop()
	left, err = w.destroy(left)
	require.NoError(t, err)
	require.Nil(t, left)
}

// A server can say of a VM that is gone that there is none.
func TestDeleteOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(nil))
	w.node.Fail("DestroyVmInstance", zstacktest.WithCode(types.SysResourceNotFound))
	left, err := w.destroy(vm)
	require.NoError(t, err)
	require.Nil(t, left)
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		timeouts core.Config
		change   core.Config // nil for the creation itself
		want     string
		within   time.Duration
	}{
		"create":     {core.Config{"create": "90s"}, nil, "Could not create the VM", 90 * time.Second},
		"by default": {nil, nil, "Could not create the VM", 30 * time.Minute},
		"update":     {core.Config{"create": "2h", "update": "10s"}, core.Config{"name": "db"}, "Could not rename", 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, zstacktest.WithJobDelay(time.Hour))
				block := w.block(nil)
				if test.timeouts != nil {
					block["timeouts"] = test.timeouts
				}
				var vm *core.Resource
				if test.change != nil {
					vm = w.apply(nil, block)
					block["name"] = test.change["name"]
				}
				began := time.Now()
				vm, err := w.try(t.Context(), vm, block)
				require.ErrorContains(t, err, test.want)
				require.ErrorContains(t, err, "There was not enough time, which the attribute timeouts sets.")
				require.Equal(t, test.within, time.Since(began))
				require.NotNil(t, vm)
				require.Equal(t, test.change == nil, vm.Tainted)
			})
		})
	}
}

func TestTimeoutOfRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var stuck atomic.Bool
		w := newWorld(t, zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if stuck.Load() {
					<-r.Context().Done()
					panic(http.ErrAbortHandler)
				}
				next.ServeHTTP(rw, r)
			})
		}))
		vm := w.apply(nil, w.block(core.Config{"timeouts": core.Config{"read": "20s"}}))
		stuck.Store(true)
		began := time.Now()
		_, err := w.Refresh(t.Context(), vm)
		stuck.Store(false)
		require.ErrorContains(t, err, "There was not enough time")
		require.Equal(t, 20*time.Second, time.Since(began))
	})
}

func TestTimeoutOfDelete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, zstacktest.WithJobDelay(time.Hour))
		vm := w.apply(nil, w.block(core.Config{"timeouts": core.Config{"create": "2h", "delete": "20s"}}))
		began := time.Now()
		left, err := w.destroy(vm)
		require.ErrorContains(t, err, "There was not enough time")
		require.Equal(t, 20*time.Second, time.Since(began))
		require.Equal(t, vm.Get("uuid"), left.Get("uuid"))
	})
}

// The server goes on with what has begun: the VM that nobody waited for is found by its UUID.
func TestFoundAfterATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, zstacktest.WithJobDelay(time.Hour))
		vm, err := w.try(t.Context(), nil, w.block(nil))
		require.ErrorContains(t, err, "WARNING: The VM is kept in the state")
		time.Sleep(time.Hour)
		vm, err = w.Refresh(t.Context(), vm)
		require.NoError(t, err)
		require.Equal(t, "running", vm.Get("state"))
		require.Len(t, vm.Get("ips"), 1)
	})
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(*world, context.CancelFunc){
		"by the context": func(_ *world, cancel context.CancelFunc) { cancel() },
		"by terraform": func(w *world, _ context.CancelFunc) {
			_, _ = w.server.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, zstacktest.WithJobDelay(time.Hour))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				_, plan := w.plan(nil, w.block(nil))
				time.AfterFunc(time.Minute, func() { interrupt(w, cancel) })
				began := time.Now()
				vm, err := w.Apply(ctx, plan)
				require.ErrorContains(t, err, "This was interrupted. What the server has begun goes on.")
				require.Equal(t, time.Minute, time.Since(began))
				require.True(t, vm.Tainted)
			})
		})
	}
}
