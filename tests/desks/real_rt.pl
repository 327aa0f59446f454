# Run once in the new RT: a subscriber and another one, who may what at an operator, the field for our id, tokens.
use strict; use warnings;
use lib '/usr/local/share/request-tracker5/lib', '/usr/share/request-tracker5/lib';
use RT; RT::LoadConfig(); RT::Init();
my $system = RT->SystemUser;
sub done { my ($what, $id, $said) = @_; die "$what: $said\n" unless $id; }
my $queue = RT::Queue->new($system); done('queue', $queue->Load('General'), 'not there');
for my $name ('abonne', 'voisin') {
    my $user = RT::User->new($system);
    done($name, $user->Create(Name => $name, EmailAddress => "$name\@example.org", Privileged => 0));
}
my $everyone = RT::Group->new($system); $everyone->LoadSystemInternalGroup('Everyone');
my $requestor = RT::Group->new($system); $requestor->LoadRoleGroup(Object => $queue, Name => 'Requestor');
done($_, $everyone->PrincipalObj->GrantRight(Right => $_, Object => $queue)) for qw(CreateTicket SeeQueue);
done($_, $requestor->PrincipalObj->GrantRight(Right => $_, Object => $queue)) for qw(ShowTicket ReplyToTicket);
my $field = RT::CustomField->new($system);
done('field', $field->Create(Name => 'Selfcare', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket'));
done('field', $field->AddToObject(RT::Queue->new($system)));
done($_, $everyone->PrincipalObj->GrantRight(Right => $_, Object => $field)) for qw(SeeCustomField SetInitialCustomField);
for my $name ('abonne', 'root') {
    my $user = RT::User->new($system); $user->Load($name);
    my ($id, $said, $token) = RT::AuthToken->new($system)->Create(Owner => $user->id, Description => 'selfcare');
    done('token', $id, $said);
    print "$name $token\n";
}
