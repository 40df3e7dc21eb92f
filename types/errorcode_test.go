package types_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func ExampleErrorCode() {
	var err error = &types.ErrorCode{
		Code:        types.SysInternal,
		Description: "an internal error happened",
		Cause:       &types.ErrorCode{Code: types.SysResourceNotFound, Details: "no VM has this uuid"},
	}
	fmt.Println(err)
	fmt.Println(errors.Is(err, types.SysResourceNotFound))
	// Output:
	// SYS.1000, an internal error happened; caused by SYS.1003: no VM has this uuid
	// true
}

func TestCodeIsAnError(t *testing.T) {
	t.Parallel()
	require.EqualError(t, types.SysResourceNotFound, "SYS.1003")
	require.ErrorIs(t, fmt.Errorf("call: %w", types.SysResourceNotFound), types.SysResourceNotFound)
	require.NotErrorIs(t, error(types.SysInternal), types.SysResourceNotFound)
	require.Equal(t, types.IDInvalidSession, types.Code("ID.1001"))
}

func TestErrorCodeText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		code *types.ErrorCode
		want string
	}{
		{"nil", nil, "no error"},
		{"empty", &types.ErrorCode{}, "an error without a code"},
		{"code only", &types.ErrorCode{Code: "SYS.1000"}, "SYS.1000"},
		{"description only", &types.ErrorCode{Description: "it broke"}, "it broke"},
		{"details only", &types.ErrorCode{Details: "a cable"}, "a cable"},
		{"all", &types.ErrorCode{Code: "SYS.1000", Description: "it broke", Details: "a cable"}, "SYS.1000, it broke: a cable"},
		{"details that say the same", &types.ErrorCode{Code: "SYS.1000", Description: "it broke", Details: "it broke"}, "SYS.1000, it broke"},
		{"cause", &types.ErrorCode{Code: "A.1", Cause: &types.ErrorCode{Code: "B.1"}}, "A.1; caused by B.1"},
		{"chain", &types.ErrorCode{Code: "A.1", Cause: &types.ErrorCode{Code: "B.1", Cause: &types.ErrorCode{Code: "C.1"}}}, "A.1; caused by B.1; caused by C.1"},
		{"causes", &types.ErrorCode{Code: "A.1", Causes: []types.ErrorCode{{Code: "B.1"}, {Code: "C.1"}}}, "A.1; caused by B.1; and by C.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.code.Error())
		})
	}
}

func TestErrorCodeWithEndlessCauses(t *testing.T) {
	t.Parallel()
	deep := &types.ErrorCode{Code: "X.1"}
	for range 100_000 {
		deep = &types.ErrorCode{Code: "X.1", Cause: deep}
	}
	text := deep.Error()
	require.Less(t, len(text), 1000)
	require.True(t, strings.HasSuffix(text, "; and more"), text)

	wide := &types.ErrorCode{Code: "X.1", Causes: make([]types.ErrorCode, 100_000)}
	require.Less(t, len(wide.Error()), 1000)
}

func TestErrorCodeChain(t *testing.T) {
	t.Parallel()
	err := &types.ErrorCode{
		Code:   "A.1",
		Cause:  &types.ErrorCode{Code: "B.1", Causes: []types.ErrorCode{{Code: "C.1"}}},
		Causes: []types.ErrorCode{{Code: "D.1"}, {Code: "E.1"}},
	}
	require.Len(t, err.Unwrap(), 3)
	for _, code := range []types.Code{"A.1", "B.1", "C.1", "D.1", "E.1"} {
		require.ErrorIs(t, err, code)
	}
	require.NotErrorIs(t, err, types.Code("F.1"))
	require.False(t, err.Is(types.Code("B.1")), "Is speaks of the error itself")
	require.False(t, err.Is(errors.New("A.1")))

	var none *types.ErrorCode
	require.Nil(t, none.Unwrap())
	require.False(t, none.Is(types.Code("")))
}

func TestErrorCodeSubtypes(t *testing.T) {
	t.Parallel()
	var err types.ErrorCode
	aliyun, ok := err.Subtype("org.zstack.header.aliyun.errorCode.AliyunErrorCode").(*types.AliyunErrorCode)
	require.True(t, ok)
	require.NoError(t, json.Unmarshal([]byte(`{"code": "ALIYUN.1000", "details": "denied"}`), aliyun))
	require.Same(t, aliyun, err.Concrete())
	require.EqualError(t, aliyun, "ALIYUN.1000: denied")
	require.ErrorIs(t, aliyun, types.Code("ALIYUN.1000"))
	require.Same(t, aliyun, aliyun.Concrete())

	var other types.ErrorCode
	require.Nil(t, other.Subtype("java.lang.String"))
	require.Same(t, &other, other.Concrete())
}

func TestErrorCodeJSON(t *testing.T) {
	t.Parallel()
	text := `{"code":"SYS.1000","description":"it broke","details":"a cable","elaboration":"plug it in","location":"A.java:1","cost":"2ms",` +
		`"opaque":{"n":1},"cause":{"code":"SYS.1001"},"causes":[{"code":"SYS.1002"}]}`
	var code types.ErrorCode
	require.NoError(t, json.Unmarshal([]byte(text), &code))
	back, err := json.Marshal(&code)
	require.NoError(t, err)
	require.JSONEq(t, text, string(back))
}
