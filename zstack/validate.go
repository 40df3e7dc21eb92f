package zstack

// Validate checks an action against every constraint of the catalogue, as a
// call does before it sends anything, and returns the first violation as a
// [*ValidationError]. It applies the rules of ZStack Cloud; [Client.Validate]
// applies those of the client's product. A call refuses some more: values that
// cannot stand in its path, such as an empty uuid in an action that was filled from
// JSON, which the catalogue allows, and lists that are too long for a URL (see [In]).
//
// The constraints are read from the fields' struct tags. The json tag gives the
// wire name. The zstack tag holds options, divided by commas: required,
// requiredon=cloud (or zsphere), on=cloud (the products that know the
// parameter), min and max (length of a string in UTF-16 units), range=low:high,
// unit (of the range, for messages), nonempty (a list), noempty (no empty
// string, nor one in a list), notrim (a string keeps white space at its ends),
// sensitive (the value is never shown), sensitive=uri (nor is a password in it) and
// sensitive=tag (nor are a system tag's secrets, which holds for systemTags anyway),
// regexon=cloud (the product that alone checks the pattern), and nonulls and
// credential, which say what holds anyway: no list takes a null, and the names of
// credentials are fixed. The tags values:"a|b", regex:"..." and default:"..." stand
// beside it. Values are compared without regard to case. The tag
// keys:"uuid,required;weight,range=0:100" has the constraints on keys of a map, or of
// each map in a list.
//
// Structs in parameters are checked by the same tags of their fields, whose options
// oneof and oneofunless say that exactly one of some fields is set, unless a boolean
// one is true. What is wrong inside a parameter is reported as the parameter's, with
// the place in the reason.
func Validate(a Action) error {
	_, err := newBuilder(a, Cloud)
	return err
}

// Validate does what the function [Validate] does, for the client's product.
func (c *Client) Validate(a Action) error {
	if c == nil {
		return &ValidationError{Action: nameOf(a), Field: "client", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	_, err := newBuilder(a, c.product)
	return err
}
