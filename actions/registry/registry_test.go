package registry_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/zstack"
)

func ExampleLookup() {
	e, ok := registry.Lookup("RecoverVmInstance")
	if !ok {
		fmt.Println("no such action")
		return
	}
	info := e.Info()
	fmt.Println(e.Name(), info.Method, info.Path)

	action := e.New()
	if err := json.Unmarshal([]byte(`{"uuid": "15ad1fe0a1d24b3b8e7f2ee8a2c26d70"}`), action); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(action.(*actions.RecoverVmInstanceAction).UUID)
	// Output:
	// RecoverVmInstanceAction PUT /vm-instances/{uuid}/actions
	// 15ad1fe0a1d24b3b8e7f2ee8a2c26d70
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"RecoverVmInstanceAction", "RecoverVmInstance", "CreateEmailMonitorTriggerActionAction", "CreateEmailMonitorTriggerAction"} {
		e, ok := registry.Lookup(name)
		require.True(t, ok, name)
		require.True(t, strings.HasPrefix(e.Name(), name), name)
	}
	for _, name := range []string{"recoverVmInstance", "RECOVERVMINSTANCEACTION", "recovervminstanceaction"} {
		e, ok := registry.Lookup(name)
		require.True(t, ok, name)
		require.Equal(t, "RecoverVmInstanceAction", e.Name())
	}
	for _, name := range []string{"", "Action", "RecoverVmInstanceActionAction", "ZZZ", "\x00"} {
		_, ok := registry.Lookup(name)
		require.False(t, ok, name)
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	n, last := 0, ""
	for e := range registry.All() {
		require.Greater(t, e.Name(), last, "sorted, and none twice")
		n, last = n+1, e.Name()

		found, ok := registry.Lookup(e.Name())
		require.True(t, ok)
		require.Equal(t, e.Name(), found.Name())

		a := e.New()
		require.Equal(t, e.Name(), a.ActionInfo().Name)
		require.Equal(t, e.Name(), reflect.TypeOf(a).Elem().Name())
		require.Same(t, a.ActionInfo(), e.Info())
		require.NotSame(t, a, e.New(), "every one is new")

		call, ok := reflect.TypeOf(a).MethodByName("Call")
		require.True(t, ok)
		require.Equal(t, call.Type.Out(0), reflect.TypeOf(e.NewResult()), e.Name())
	}
	require.Equal(t, registry.Len(), n)
	for range registry.All() {
		break // leaving early is fine
	}
}

// TestTags has the engine read the tags of every action. Where an empty action
// breaks a rule, it is one of the catalogue's, and not one about the tags.
func TestTags(t *testing.T) {
	t.Parallel()
	for e := range registry.All() {
		err := zstack.Validate(e.New())
		if err == nil {
			continue
		}
		var invalid *zstack.ValidationError
		require.ErrorAs(t, err, &invalid, e.Name())
		require.NotEqual(t, zstack.ConstraintType, invalid.Constraint, "%s: %v", e.Name(), err)
	}
}

// TestJSON sees to it that JSON takes every action and result: no name twice, no
// tag that the library cannot read.
func TestJSON(t *testing.T) {
	t.Parallel()
	decoder := wire.NewDecoder(time.UTC)
	for e := range registry.All() {
		require.NoError(t, json.Unmarshal([]byte("{}"), e.New()), e.Name())
		require.NoError(t, decoder.Decode([]byte("{}"), e.NewResult()), e.Name())
		_, err := wire.Encode(e.NewResult())
		require.NoError(t, err, e.Name())
	}
}
