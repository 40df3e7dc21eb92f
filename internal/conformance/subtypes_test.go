package conformance

import (
	"encoding/json"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A concreter is what a type with subtypes, or one of its subtypes, is.
type concreter interface{ Concrete() any }

// anything is a result whose only member can be of any type.
type anything struct {
	Value any `json:"value"`
}

func (*anything) Named(class string) any { return types.New(class) }

// named makes a value of a type of the catalogue, by one of its classes.
func named(t *testing.T, typ *catalog.Type, class string) any {
	t.Helper()
	made := types.New(class)
	require.NotNil(t, made, class)
	require.Equal(t, typ.Name, reflect.TypeOf(made).Elem().Name(), class)
	return made
}

// decodeReply makes a client decode a reply with a schema.
func decodeReply(t *testing.T, reply map[string]any, result any) {
	t.Helper()
	body, err := json.Marshal(reply)
	require.NoError(t, err)
	c := newClient(t, func(*http.Request) (*http.Response, error) {
		return answer(http.StatusOK, string(body)), nil
	}, zstack.WithLocation(time.UTC))
	require.NoError(t, c.Call(t.Context(), actions.GetVersionAction{}, result))
}

// requireSame checks that a value holds everything that was sent, the members of
// its parents included.
func requireSame(t *testing.T, sent, got any) {
	t.Helper()
	text, err := wire.Encode(got) // which shows secrets
	require.NoError(t, err)
	var back any
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, dated(sent), back)
}

func TestEverySubtypeIsFoundThroughItsParents(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	tried := 0
	for _, child := range api.Types {
		if child.Extends == "" {
			continue
		}
		tried++
		require.NotEmpty(t, child.ServerClasses, child.Name)
		for _, class := range child.ServerClasses {
			t.Run(child.Name+"/"+class, func(t *testing.T) {
				t.Parallel()
				sent := api.sample(child.Name, 2)
				want := reflect.TypeOf(named(t, child, class))
				parent := want.Elem()
				for up := child.Extends; up != ""; up = api.types[up].Extends {
					field, ok := parent.FieldByName(up)
					require.True(t, ok && field.Anonymous, "%s embeds %s", parent, up)
					parent = field.Type
					result := reflect.New(reflect.StructOf([]reflect.StructField{
						{Name: "Inventory", Type: reflect.PointerTo(parent), Tag: `json:"inventory"`},
						{Name: "Inventories", Type: reflect.SliceOf(parent), Tag: `json:"inventories"`},
						{Name: "ByName", Type: reflect.MapOf(reflect.TypeFor[string](), reflect.SliceOf(parent)), Tag: `json:"byName"`},
					}))
					decodeReply(t, map[string]any{
						"inventory": sent, "inventories": []any{map[string]any{}, sent}, "byName": map[string]any{"k": []any{sent}},
						"schema": map[string]any{"inventory": class, "inventories[1]": class, "byName.k[0]": class},
					}, result.Interface())
					for _, v := range []reflect.Value{
						result.Elem().Field(0), result.Elem().Field(1).Index(1).Addr(), result.Elem().Field(2).MapIndex(reflect.ValueOf("k")).Index(0).Addr(),
					} {
						got := v.Interface().(concreter).Concrete()
						require.Equal(t, want, reflect.TypeOf(got))
						requireSame(t, sent, got)
					}
					plain := result.Elem().Field(1).Index(0).Addr()
					require.Same(t, plain.Interface(), plain.Interface().(concreter).Concrete())
				}
			})
		}
	}
	require.Equal(t, 160, tried)
}

func TestEveryClassIsFoundInAnAny(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	classes, enumerations := 0, 0
	for _, typ := range api.Types {
		for _, class := range typ.ServerClasses {
			sent := api.sample(typ.Name, 2)
			if typ.Kind == "enum" {
				enumerations++
				require.Nil(t, types.New(class), class)
				result := new(anything)
				decodeReply(t, map[string]any{"value": sent, "schema": map[string]any{"value": class}}, result)
				require.Equal(t, sent, result.Value)
				continue
			}
			classes++
			t.Run(class, func(t *testing.T) {
				t.Parallel()
				want := reflect.TypeOf(named(t, typ, class))
				result := new(anything)
				decodeReply(t, map[string]any{
					"value":  map[string]any{"list": []any{nil, sent}},
					"schema": map[string]any{"value.list[1]": class},
				}, result)
				got := result.Value.(map[string]any)["list"].([]any)[1]
				require.Equal(t, want, reflect.TypeOf(got))
				requireSame(t, sent, got)
				if c, ok := got.(concreter); ok {
					require.Same(t, got, c.Concrete())
				}
			})
		}
	}
	require.Positive(t, classes)
	require.Positive(t, enumerations)
	require.Nil(t, types.New("org.zstack.New"))
	require.Nil(t, types.New(""))
}
