package queries

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConditionsAreTakenApartAsTheServerDoes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Condition{
		"name=web":         {"name", "=", "web"},
		" name = web ":     {"name", "=", " web "},
		"name=":            {"name", "=", ""},
		"name!=web":        {"name", "!=", "web"},
		"cpuNum>=2":        {"cpuNum", ">=", "2"},
		"cpuNum>2":         {"cpuNum", ">", "2"},
		"cpuNum<=2":        {"cpuNum", "<=", "2"},
		"cpuNum<2":         {"cpuNum", "<", "2"},
		"name~=web%":       {"name", "~=", "web%"},
		"name!~=web%":      {"name", "!~=", "web%"},
		"name?=a,b":        {"name", "?=", "a,b"},
		"name!?=a,b":       {"name", "!?=", "a,b"},
		"hostUuid is null": {"hostUuid", "is null", ""},
		"hostUuid not null": {
			"hostUuid", "not null", ""},
		// What a value holds can change the meaning of a condition.
		"name=a>=b":         {"name=a", ">=", "b"},
		"name=a!=b":         {"name=a", "!=", "b"},
		"name~=a=b":         {"name", "~=", "a=b"},
		"name?=a~=b":        {"name?=a", "~=", "b"},
		"name>a=b":          {"name>a", "=", "b"},
		"name==b":           {"name", "=", "b"},
		"name=a is null":    {"name", "=", "a is null"},
		"description=a > b": {"description", "=", "a > b"},
	} {
		got, refused := ParseCondition(s)
		require.Nil(t, refused, s)
		require.Equal(t, want, got, s)
	}
}
