package zstack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

type badDefault struct {
	N *int32 `json:"n" default:"many"`
}

func (badDefault) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type badDefaultKind struct {
	N []string `json:"n" default:"x"`
}

func (badDefaultKind) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type badOption struct {
	N string `json:"n" zstack:"requird"`
}

func (badOption) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type badMax struct {
	N string `json:"n" zstack:"max=lots"`
}

func (badMax) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type badRange struct {
	N *int64 `json:"n" zstack:"range=1:"`
}

func (badRange) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type badRegex struct {
	N string `json:"n" regex:"["`
}

func (badRegex) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type noInfo struct{}

func (noInfo) ActionInfo() *zstack.ActionInfo { return nil }

type number int

func (number) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

type function func()

func (function) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

func TestActionsThatAreNone(t *testing.T) {
	t.Parallel()
	inPath := func(method, path string) tiny {
		return tiny{UUID: new("u"), info: zstack.ActionInfo{Name: "A", Method: method, Path: path}}
	}
	for name, action := range map[string]zstack.Action{
		"nil": nil, "nil pointer": (*recoverVM)(nil), "a number": number(1), "a function": function(nil), "nil info": noInfo{},
		"bad default": badDefault{}, "default of a list": badDefaultKind{}, "unknown option": badOption{}, "bad max": badMax{}, "bad range": badRange{},
		"bad regex": badRegex{},
		"no method": inPath("", "/a"), "unknown method": inPath("PATCH", "/a"), "bad method": inPath("A B", "/a"),
		"open brace": inPath("GET", "/a/{uuid"), "unknown name in path": inPath("GET", "/a/{name}"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			err := clientOf(t, rec).Call(t.Context(), action, nil)
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.NotEmpty(t, refused.Reason)
			require.Empty(t, rec.requests())
		})
	}
}

func TestPointersToActionsWork(t *testing.T) {
	t.Parallel()
	require.Equal(t, "/zstack/v1/vm-instances/"+vmUUID+"/actions", sentBy(t, &recoverVM{UUID: vmUUID}).URL.Path)
}

func TestAnActionIsNotChangedByACall(t *testing.T) {
	t.Parallel()
	make1 := func() *kinds {
		return &kinds{Text: new(" x "), List: []string{"a", " b "}, Map: map[string]any{"n": nil, "m": map[string]any{"x": nil}}, Tags: []string{"t"}}
	}
	action := make1()
	sentBy(t, action)
	require.Equal(t, make1(), action)
}

// ownAction is a caller's own, without the tags that generated ones have.
type ownAction struct {
	Name            string `json:"name"`
	SessionID       string `json:"sessionId"`
	AccessKeySecret string `json:"accessKeySecret"`
}

func (ownAction) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "OwnAction", Method: "POST", Path: "/own", Body: "params", Session: true}
}

func TestCredentialsOfOwnActionsTravelInHeaders(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	require.NoError(t, clientOf(t, rec).Call(t.Context(), ownAction{Name: "a", SessionID: "own-session"}, nil))
	got := rec.only(t)
	require.Equal(t, "OAuth own-session", got.Header.Get("Authorization"))
	require.JSONEq(t, `{"params":{"name":"a"}}`, got.text)
}

// embedsOwn would lose the fields that it embeds.
type embedsOwn struct {
	ownAction
	Extra string `json:"extra"`
}

func TestEmbeddedStructsAreRefused(t *testing.T) {
	t.Parallel()
	err := zstack.Validate(embedsOwn{Extra: "a"})
	var refused *zstack.ValidationError
	require.ErrorAs(t, err, &refused)
	require.Contains(t, err.Error(), "embeds")
}
