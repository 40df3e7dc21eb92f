package conformance

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// replyOf makes a client whose every reply is a body.
func replyOf(t *testing.T, body string) *zstack.Client {
	t.Helper()
	return newClient(t, func(*http.Request) (*http.Response, error) {
		return answer(http.StatusOK, body), nil
	}, zstack.WithLocation(time.UTC), zstack.WithCredentials(zstack.Session("0123456789abcdef0123456789abcdef")))
}

// holderOf makes an empty value of a type of the catalogue, a result or a data type.
func holderOf(t *testing.T, api *api, typ *catalog.Type) any {
	t.Helper()
	for _, action := range api.Actions {
		if action.Result == typ.Name {
			e, ok := registry.Lookup(action.Name)
			require.True(t, ok)
			return e.NewResult()
		}
	}
	if len(typ.ServerClasses) == 0 {
		return nil // nothing makes it: its holder is not known
	}
	return types.New(typ.ServerClasses[0])
}

// TestDoubtfulFieldsTakeAnything sees to it that a field of which the type is not
// sure fails no reply and loses nothing, whatever the server sends there.
func TestDoubtfulFieldsTakeAnything(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	tried := 0
	for _, typ := range api.Types {
		for _, f := range typ.Fields {
			if f.TypeConfidence == "" {
				continue
			}
			holder := holderOf(t, api, typ)
			if holder == nil {
				continue
			}
			tried++
			for _, value := range []string{`"text"`, `["text",7]`, `[{"uuid":"u"}]`, `{"k":{"n":[true]}}`, `7`, `9007199254740993`, `false`} {
				t.Run(typ.Name+"."+f.Name+" "+value, func(t *testing.T) {
					t.Parallel()
					made := reflect.New(reflect.TypeOf(holder).Elem()).Interface()
					body := `{"` + f.Name + `":` + value + `}`
					require.NoError(t, replyOf(t, body).Decode([]byte(body), made))
					back, err := json.Marshal(made)
					require.NoError(t, err)
					var members map[string]json.RawMessage
					require.NoError(t, json.Unmarshal(back, &members))
					require.Equal(t, value, string(members[f.Name]))
				})
			}
		}
	}
	require.Positive(t, tried)
}

// TestAnotherProductsClassIsConcrete reads each value that is of another class on
// another product, inside the type that has it.
func TestAnotherProductsClassIsConcrete(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	tried := 0
	for _, typ := range api.Types {
		for _, f := range typ.Fields {
			for _, other := range f.TypeOn {
				element, isList := inside(other, "list<")
				if !isList {
					element = other
				}
				want := api.types[element]
				if want == nil || want.Kind != "class" || f.Type == "any" || strings.Contains(f.Type, "any") {
					continue
				}
				tried++
				t.Run(typ.Name+"."+f.Name, func(t *testing.T) {
					t.Parallel()
					sent := api.sample(element, 2)
					path := f.Name
					var value any = sent
					if isList {
						path, value = f.Name+"[0]", []any{sent}
					}
					body, err := json.Marshal(map[string]any{f.Name: value, "schema": map[string]any{path: want.ServerClasses[0]}})
					require.NoError(t, err)
					got := holderOf(t, api, typ)
					require.NoError(t, replyOf(t, string(body)).Call(t.Context(), actions.GetVersionAction{}, got))
					field := reflect.ValueOf(got).Elem().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, f.Name) })
					if isList {
						field = field.Index(0).Addr()
					}
					concrete := field.Interface().(concreter).Concrete()
					require.Equal(t, reflect.TypeOf(types.New(want.ServerClasses[0])), reflect.TypeOf(concrete))
					requireSame(t, sent, concrete)
				})
			}
		}
	}
	require.Equal(t, 4, tried)
}

// Replies that the first edition of the catalogue had other types for.
func TestCorrectedTypesReadWholeReplies(t *testing.T) {
	t.Parallel()
	const uuid = "0123456789abcdef0123456789abcdef"
	t.Run("strings for errors", func(t *testing.T) {
		t.Parallel()
		res, err := actions.GetVirtualizerInfoAction{UUIDs: []string{uuid}}.Call(t.Context(), replyOf(t,
			`{"inventories":[{"uuid":"a","error":["no answer","twice"]},{"uuid":"b","infoList":[{}]}]}`))
		require.NoError(t, err)
		require.Len(t, res.Inventories, 2)
		require.Equal(t, []string{"no answer", "twice"}, res.Inventories[0].Error)
	})
	t.Run("maps of lists of counts", func(t *testing.T) {
		t.Parallel()
		res, err := actions.GetVfPciDeviceAvailableInL2NetworkAction{L2NetworkUUIDs: []string{uuid}}.Call(t.Context(), replyOf(t,
			`{"l2VfAvailableClusters":{"l2":[{"clusterHostAvailableVfs":{"host":{"device":4}}}]}}`))
		require.NoError(t, err)
		require.EqualValues(t, 4, res.L2VfAvailableClusters["l2"][0].ClusterHostAvailableVfs["host"]["device"])
	})
	t.Run("VM instances that were skipped", func(t *testing.T) {
		t.Parallel()
		res := new(actions.AddVCenterResult)
		require.NoError(t, replyOf(t, "{}").Decode([]byte(`{"inventory":{"uuid":"v"},"skippedResources":{"vmInstances":[{"uuid":"a","name":"left"}]}}`), res))
		require.Equal(t, "left", res.SkippedResources.VmInstances[0].Name)
		require.Equal(t, "a", res.SkippedResources.VmInstances[0].UUID)
	})
	t.Run("bondings", func(t *testing.T) {
		t.Parallel()
		res := new(actions.UpdateVirtualSwitchUplinkBondingsResult)
		require.NoError(t, replyOf(t, "{}").Decode([]byte(`{"inventories":[{"uuid":"a","bondingName":"bond0","mode":"802.3ad","slaves":[{"interfaceName":"eth0"}]}]}`), res))
		require.Equal(t, "bond0", res.Inventories[0].BondingName)
		require.Equal(t, "eth0", res.Inventories[0].Slaves[0].InterfaceName)
	})
	t.Run("strings for policies", func(t *testing.T) {
		t.Parallel()
		roles, err := actions.QueryRoleAction{Conditions: zstack.Where()}.Call(t.Context(), replyOf(t,
			`{"inventories":[{"uuid":"a","policies":["p"]},{"uuid":"b","policies":[{"roleUuid":"b"}]}],"schema":{"inventories[1].policies[0]":"org.zstack.header.identity.role.RolePolicyRefInventory"}}`))
		require.NoError(t, err)
		require.Equal(t, []any{"p"}, roles.Inventories[0].Policies)
		require.Equal(t, "b", roles.Inventories[1].Policies[0].(*types.RolePolicyRefInventory).RoleUUID)
	})
}

func TestRelaxedRequirementsAreSent(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]map[string]any{
		"CreateCasClientAction": {"name": "cas", "casServerLoginUrl": "https://sso/login", "casServerUrlPrefix": "https://sso", "serverName": "http://mn:8080", "loginType": "iam1"},
		"CreateAccessKeyAction": {"accountUuid": "0123456789abcdef0123456789abcdef"},
		"CreateAlarmAction":     {"namespace": "n", "metricName": "m", "comparisonOperator": "GreaterThan", "threshold": -1.0, "period": 60, "name": "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, zstack.Validate(fill(t, name, params)))
		})
	}
}
