package zstack_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestWhere(t *testing.T) {
	t.Parallel()
	type text string
	for _, test := range []struct {
		condition zstack.Condition
		want      string
	}{
		{zstack.Eq("state", "Running"), "state=Running"},
		{zstack.Eq("name", ""), "name="},
		{zstack.Eq("name", text("a b%c+")), "name=a b%c+"},
		{zstack.NotEq("cpuNum", 4), "cpuNum!=4"},
		{zstack.Gt("memorySize", int64(1)<<60), "memorySize>1152921504606846976"},
		{zstack.Gte("cpuNum", uint8(3)), "cpuNum>=3"},
		{zstack.Lt("price", 0.25), "price<0.25"},
		{zstack.Lte("cpuNum", -1), "cpuNum<=-1"},
		{zstack.Eq("isDefault", true), "isDefault=true"},
		{zstack.Like("name", "web_%"), "name~=web_%"},
		{zstack.NotLike("zone.name", "x%"), "zone.name!~=x%"},
		{zstack.In("uuid", "a", "b"), "uuid?=a,b"},
		{zstack.NotIn("cpuNum", 1, 2), "cpuNum!?=1,2"},
		{zstack.IsNull("hostUuid"), "hostUuid is null"},
		{zstack.NotNull("__systemTag__"), "__systemTag__ not null"},
		{zstack.Eq("name", "is null"), "name=is null"},
		{zstack.Like("name", "=a"), "name~==a"},
	} {
		require.Equal(t, []string{test.want}, zstack.Where(test.condition))
	}
	require.NotNil(t, zstack.Where())
	require.Empty(t, zstack.Where())
}

func TestConditionsThatTheServerWouldMisreadAreRefused(t *testing.T) {
	t.Parallel()
	for name, condition := range map[string]zstack.Condition{
		"another operator in the value": zstack.Eq("name", "a>=b"),
		"an operator that comes first":  zstack.Gt("name", "a=b"),
		"an operator made at the seam":  zstack.Gt("name", "=b"),
		"an operator repeated":          zstack.Eq("name", "=b"),
		"null in a comparison":          zstack.NotNull("name is null"),
		"a comma in a list":             zstack.In("name", "a", "b,c"),
		"an empty list":                 zstack.In[string]("name"),
		"no field":                      zstack.Eq("", "a"),
		"an operator in the field":      zstack.Eq("na=me", "a"),
		"not UTF-8":                     zstack.Eq("name", "\xff"),
		"a duration":                    zstack.Eq("name", time.Second),
		"a struct":                      zstack.Eq("name", struct{}{}),
		"nil":                           zstack.Eq("name", nil),
		"a list for a value":            zstack.Eq("name", []string{"a"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := zstack.Validate(queryVM{Conditions: zstack.Where(zstack.Eq("state", "x"), condition)})
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, "conditions", refused.Field)
			require.Equal(t, zstack.ConstraintCondition, refused.Constraint)
			if name != "no field" {
				require.Contains(t, err.Error(), "na")
			}
		})
	}
}

// TestAcceptedConditionsSelectExactly compares what the simulated node selects,
// which reads conditions as the server does, with Go's own comparison.
func TestAcceptedConditionsSelectExactly(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithSession(sessionUUID))
	client := clientOf(t, node, zstack.WithCredentials(zstack.Session(sessionUUID)))
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", "=", "!", ">", "<", "~", "?", "%", "is null", " ", "é", "&", "+", ",", "1"}
	names := make([]string, 60)
	for i := range names {
		for range 1 + random.IntN(4) {
			names[i] += pieces[random.IntN(len(pieces))]
		}
		node.Add("VmInstance", map[string]any{"name": names[i], "cpuNum": 1 + i})
	}
	accepted := 0
	for _, name := range names {
		action := queryVM{Conditions: zstack.Where(zstack.Eq("name", name), zstack.Gt("cpuNum", 20), zstack.NotNull("name"))}
		if zstack.Validate(action) != nil {
			continue
		}
		accepted++
		var result queryVMResult
		require.NoError(t, client.Call(t.Context(), action, &result))
		want := 0
		for i, other := range names {
			if strings.EqualFold(other, name) && 1+i > 20 {
				want++
			}
		}
		require.Len(t, result.Inventories, want, "%q", name)
	}
	require.Greater(t, accepted, 10)
	require.Less(t, accepted, len(names))
}
