package zstack

import "strings"

// QuoteZQL writes a text as a value of a ZQL query, in single quotes: a quote and a
// backslash in it are escaped by a backslash, as the server does it when it makes
// ZQL of a query action's conditions.
//
//	zql := "query vminstance where name = " + zstack.QuoteZQL(name)
func QuoteZQL(text string) string {
	return "'" + zqlEscapes.Replace(text) + "'"
}

var zqlEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

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
