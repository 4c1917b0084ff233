// The page `/activity`.
import '../base/base.css';
import '../base/kit.css';
import '../hub/hub.css';
import './activity.css';
import './engage-activity';
import { openPage } from '../hub/start';

openPage();
