package condition

import "strings"

// zqlOperators are ZQL's words for the operators of conditions.
var zqlOperators = map[string]string{
	"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=",
	"~=": "like", "!~=": "not like", "?=": "in", "!?=": "not in",
}

// zqlHint says how ZQL asks what a condition cannot. It leaves the value out, which
// can be a secret.
func zqlHint(field, op string) string {
	word := zqlOperators[op]
	if word == "" {
		return ""
	}
	if strings.HasSuffix(word, "in") {
		return `; ZQLQueryAction can ask for it: "... where ` + field + ` ` + word + ` (" + zstack.QuoteZQL(value) + ", ...)"`
	}
	return `; ZQLQueryAction can ask for it: "... where ` + field + ` ` + word + ` " + zstack.QuoteZQL(value)`
}
