package zstack_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// oddMembers are members of an error that are of another shape than usual, or that
// nothing is known of.
var oddMembers = map[string]string{
	"elaboration": `{"hint":"x"}`, "details": `["a","b"]`, "description": `{}`, "opaque": `"none"`, "cause": `"a cable"`, "causes": `{"a":1}`,
	"messages": `["x"]`, "location": `[1]`, "cost": `23`, "globalErrorCode": `[]`, "i18nDetails": `{"zh_CN":"x"}`, "unheardOf": `{"a":[null]}`,
}

// anOddError is an error with a code, a member of an odd shape before it and
// something else after it.
func anOddError(code types.Code, name string) string {
	return `{"error":{"` + name + `":` + oddMembers[name] + `,"code":"` + string(code) + `","further":1}}`
}

func TestAnErrorWithAnOddMemberKeepsTheOthers(t *testing.T) {
	t.Parallel()
	for name := range oddMembers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := requireZError(t, clientOf(t, always(503, anOddError(types.SysResourceNotFound, name))).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
			require.True(t, zstack.IsNotFound(failed))
			require.Equal(t, float64(1), failed.Code.Others["further"])
			require.Empty(t, failed.Body)
		})
	}
}

func TestAnOddErrorOfAJobIsItsResult(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		server := jobOf(transport(func(*http.Request) (*http.Response, error) {
			polls++
			return reply(503, anOddError(types.SysResourceNotFound, "opaque"))
		}))
		require.True(t, zstack.IsNotFound(clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)))
		require.Equal(t, 1, polls)
	})
}

func TestAnOddSessionErrorLeadsToANewLogin(t *testing.T) {
	t.Parallel()
	for name := range oddMembers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/login") {
					return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
				}
				if calls++; calls == 1 {
					return reply(503, anOddError(types.IDInvalidSession, name))
				}
				return reply(200, `{"inventories":[]}`)
			}))
			require.NoError(t, c.Call(t.Context(), listVMs, nil))
			require.Equal(t, 2, calls)
		})
	}
}

func TestAnErrorWithoutACodeIsAnError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, text string }{
		"nothing":              {`{"error":{}}`, "an error without a code"},
		"a place":              {`{"error":{"causes":[],"location":"A.java: step (location:1/2)"}}`, "an error without a code, from A.java: step (location:1/2)"},
		"a cause":              {`{"error":{"cause":{"code":"SYS.1003"}}}`, "an error without a code; caused by SYS.1003"},
		"a code that is none":  {`{"error":{"code":{}}}`, "an error without a code"},
		"a code that is empty": {`{"error":{"code":"","details":"no host"}}`, "no host"},
	} {
		for _, status := range []int{200, 503} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					err := clientOf(t, jobOf(always(status, test.body))).Call(t.Context(), recoverVM{UUID: vmUUID}, new(vmResult))
					require.NotNil(t, requireZError(t, err).Code)
					require.ErrorContains(t, err, test.text)
				})
			})
		}
	}
}

func TestErrorsSayWhatAnAgentSaid(t *testing.T) {
	t.Parallel()
	body := `{"error":{"code":"HOST.1005","description":"Failed to start vm on hypervisor","details":"failed to start vm","causes":[],` +
		`"opaque":{"template":"failed to start vm","response.error":"on purpose: can\u0027t"}}}`
	err := clientOf(t, always(503, body)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	require.ErrorContains(t, err, "on purpose: can't")
}

func TestErrorsInAnotherLanguageShowTheEnglishToo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, english string }{
		"newer": {`{"error":{"code":"SYS.1006","details":"磁盘不足","i18nDetails":"not enough disk","globalErrorCode":"ORG_ZSTACK_A_10001"}}`, "not enough disk"},
		"older": {`{"error":{"code":"ID.1000","details":"磁盘不足","messages":{"code":"1000","message_cn":"磁盘不足。","message_en":"No space left.","distance":0.0}}}`, "No space left."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(503, test.body)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			require.ErrorContains(t, err, "磁盘不足")
			require.ErrorContains(t, err, test.english)
		})
	}
}

// Whatever member quotes a secret, nobody sees it.
func TestNoMemberOfAnErrorShowsASecret(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"description", "details", "elaboration", "location", "cost", "opaque", "cause", "causes", "messages", "globalErrorCode", "i18nDetails", "unheardOf",
	} {
		for shape, quote := range map[string]func(string) any{
			"string": func(s string) any { return s },
			"list":   func(s string) any { return []any{s, map[string]any{name: s}} },
			"object": func(s string) any { return map[string]any{"code": "A.1", "details": s, name: map[string]any{"a": s}} },
		} {
			t.Run(name+" "+shape, func(t *testing.T) {
				t.Parallel()
				text, err := json.Marshal(map[string]any{"error": map[string]any{"code": "SYS.1006", name: quote(password + sessionUUID)}})
				require.NoError(t, err)
				err = clientOf(t, always(503, string(text))).Call(t.Context(), newAccount{Name: "n", Password: password}, nil)
				failed := requireZError(t, err)
				require.Equal(t, types.SysOperationError, failed.Code.Code)
				back, err := json.Marshal(failed.Code)
				require.NoError(t, err)
				requireNoSecrets(t, printed(failed, failed.Code, *failed.Code)+string(back))
				require.Contains(t, string(back), "***")
			})
		}
	}
}
