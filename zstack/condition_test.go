package zstack_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
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

var noon = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func TestTimesAreWrittenInTheServersZone(t *testing.T) {
	t.Parallel()
	half := noon.Add(time.Second / 2)
	for _, test := range []struct {
		condition zstack.Condition
		want      string
	}{
		{zstack.Eq("createDate", noon), "createDate=2025-03-01 20:00:00"},
		{zstack.NotEq("createDate", noon.In(time.FixedZone("", -3600))), "createDate!=2025-03-01 20:00:00"},
		{zstack.Gt("createDate", half), "createDate>2025-03-01 20:00:00"},
		{zstack.Gte("createDate", half), "createDate>=2025-03-01 20:00:01"},
		{zstack.Lt("createDate", half), "createDate<2025-03-01 20:00:01"},
		{zstack.Lte("createDate", half), "createDate<=2025-03-01 20:00:00"},
		{zstack.In("createDate", noon, noon.Add(time.Hour)), "createDate?=2025-03-01 20:00:00,2025-03-01 21:00:00"},
		{zstack.Eq("name", "2025-03-01T12:00:00Z"), "name=2025-03-01T12:00:00Z"},
		{zstack.Eq("name", "\x01a,b"), "name=\x01a,b"},
	} {
		rec := record(always(200, "{}"))
		c := clientOf(t, rec, zstack.WithLocation(time.FixedZone("", 8*3600)))
		require.NoError(t, c.Call(t.Context(), queryVM{Conditions: zstack.Where(test.condition)}, nil))
		require.Equal(t, []string{test.want}, rec.only(t).URL.Query()["q"])
	}
}

func TestRefusedConditionsSayHowZQLAsks(t *testing.T) {
	t.Parallel()
	for want, condition := range map[string]zstack.Condition{
		`"... where name = " + zstack.QuoteZQL(value)`:            zstack.Eq("name", "hunter2>=b"),
		`"... where name not like " + zstack.QuoteZQL(value)`:     zstack.NotLike("name", "hunter2>=%"),
		`"... where name in (" + zstack.QuoteZQL(value) + ", ...`: zstack.In("name", "hunter2,b"),
		`"... where name != " + zstack.QuoteZQL(value)`:           zstack.NotEq("name", "hunter2's"),
		`"... where name like " + zstack.QuoteZQL(value)`:         zstack.Like("name", "%hunter2's%"),
		`"... where name not in (" + zstack.QuoteZQL(value)`:      zstack.NotIn("name", "a", "hunter2's"),
	} {
		err := zstack.Validate(queryVM{Conditions: zstack.Where(condition)})
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hunter2")
	}
	require.NotContains(t, zstack.Validate(queryVM{Conditions: zstack.Where(zstack.Eq("name", nil))}).Error(), "ZQL")
	require.ErrorContains(t, zstack.Validate(queryVM{Conditions: zstack.Where(zstack.Eq("name", nil))}), "IsNull")
	require.ErrorContains(t, zstack.Validate(queryVM{Conditions: zstack.Where(zstack.Eq("name", new("a")))}), "what that points to")
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
		"a quote":                       zstack.Eq("name", "it's"),
		"a quote after a backslash":     zstack.Eq("name", `it\'s`),
		"a quote in a list":             zstack.In("name", "a", "it's"),
		"a quote in a tag":              zstack.Eq("name", "it's"),
		"no field":                      zstack.Eq("", "a"),
		"an operator in the field":      zstack.Eq("na=me", "a"),
		"not UTF-8":                     zstack.Eq("name", "\xff"),
		"a duration":                    zstack.Eq("name", time.Second),
		"no number":                     zstack.Gt("name", math.NaN()),
		"infinity":                      zstack.Gt("name", math.Inf(1)),
		"the zero time":                 zstack.Gt("name", time.Time{}),
		"half a second":                 zstack.Eq("name", noon.Add(time.Second/2)),
		"half a second in a list":       zstack.In("name", noon, noon.Add(time.Second/2)),
		"the zero time in a list":       zstack.NotIn("name", time.Time{}),
		"a time in the far future":      zstack.Gt("name", noon.AddDate(9000, 0, 0)),
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

func TestTheZeroConditionIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, zstack.Validate(queryVM{Conditions: zstack.Where(zstack.Condition{})}), "conditions", zstack.ConstraintCondition)
}

func TestTimesOfOddZones(t *testing.T) {
	t.Parallel()
	for _, zone := range []*time.Location{time.FixedZone("", 8*3600+343), time.FixedZone("", 25*3600)} {
		rec := record(always(200, "{}"))
		c := clientOf(t, rec, zstack.WithLocation(time.UTC))
		require.NoError(t, c.Call(t.Context(), queryVM{Conditions: zstack.Where(zstack.Eq("createDate", noon.In(zone)))}, nil))
		require.Equal(t, "createDate=2025-03-01 12:00:00", rec.only(t).URL.Query().Get("q"))
	}
}

type auditData struct {
	Conditions []string `json:"conditions,omitzero"`
}

func (auditData) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "GetAuditDataAction", Method: "GET", Path: "/zwatch/audits", Session: true}
}

// Some actions that are no queries have conditions too.
func TestWhereInAnActionThatIsNoQuery(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	for _, condition := range []zstack.Condition{zstack.Eq("name", "a>=b"), zstack.Gt("createTime", noon)} {
		requireRefused(t, c.Call(t.Context(), auditData{Conditions: zstack.Where(condition)}, nil), "conditions", zstack.ConstraintCondition)
	}
	require.NoError(t, c.Call(t.Context(), auditData{Conditions: zstack.Where(zstack.Eq("name", "a"))}, nil))
	require.Equal(t, []string{"name=a"}, rec.only(t).URL.Query()["conditions"])
}
