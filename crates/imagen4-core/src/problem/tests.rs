use super::*;

#[test]
fn a_problem_names_its_fields_and_reads_back() {
    let mut errors = FieldErrors::default();
    errors.add("seed", "must be a whole number");
    let problem = Problem::from(errors);
    assert_eq!((problem.status, problem.fields["seed"].as_str()), (422, "must be a whole number"));
    let text = serde_json::to_string(&problem).expect("JSON");
    assert_eq!(serde_json::from_str::<Problem>(&text).expect("reads back"), problem);
}

#[test]
fn a_newer_code_is_tolerated() {
    assert_eq!(serde_json::from_str::<ProblemCode>("\"from_the_future\"").expect("tolerated"), ProblemCode::Other);
}
